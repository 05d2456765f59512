/** How far a piece of work is. */
export interface Reading {
  readonly label: string;
  /** From 0 to 1. */
  readonly share: number;
  readonly detail: string;
}

export interface TerminalProgress {
  show(reading: Reading): void;
  /** Ends the line, so that what is printed next begins a new one. */
  end(): void;
}

const WIDTH = 28;
const PLAIN_STEP = 0.1;

/** One bar that is drawn over itself in a terminal; in a pipe, a plain line for every tenth. */
export function createTerminalProgress(output: NodeJS.WriteStream): TerminalProgress {
  let isOpen = false;
  let next = 0;
  return {
    show({ label, share, detail }) {
      const percent = `${(share * 100).toFixed(1).padStart(5)} %`;
      if (output.isTTY) {
        const full = Math.round(share * WIDTH);
        const line = `${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${percent}  ${label}  ${detail}`;
        output.write(`\r\u001b[2K${line.slice(0, (output.columns ?? 80) - 1)}`);
        isOpen = true;
      } else if (share >= next) {
        output.write(`${percent}  ${label}  ${detail}\n`);
        next = Math.floor(share / PLAIN_STEP + 1) * PLAIN_STEP;
      }
    },
    end() {
      if (isOpen) output.write("\n");
      isOpen = false;
    },
  };
}
