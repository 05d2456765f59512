// Loaded into the Next server before anything else. However its launcher dies (kill -9 included), the server
// follows within a second: an orphan would hold the port and the data folder against the next start.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
}, 1_000).unref();
