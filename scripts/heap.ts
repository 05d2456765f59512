const MAX_HEAP_MB = 512;
/** Room for what dies young: copying what lives costs more than the room. */
const SEMI_SPACE_MB = 16;
/**
 * From the start, as much as an import's garbage needs beside what the app itself keeps. V8 begins with less, and marks
 * the whole heap as soon as what is left is used up: several times a second, a third of an import's time.
 */
const INITIAL_OLD_SPACE_MB = 192;

/** What V8 is told about memory when the app is served. */
export const HEAP = [
  `--max-old-space-size=${MAX_HEAP_MB}`,
  `--max-semi-space-size=${SEMI_SPACE_MB}`,
  `--initial-old-space-size=${INITIAL_OLD_SPACE_MB}`,
  // A row that V8 takes for long-lived is made among the old, dies there unseen, and keeps its strings until the next marking.
  "--no-allocation-site-pretenuring",
  // So little lives on that waking a second thread for it takes longer than copying it.
  "--no-parallel-scavenge",
] as const;
