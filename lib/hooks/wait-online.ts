/** Resolves after `ms`, or at once when the browser is online again. @throws the signal's reason once it is aborted */
export function waitOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(goOn, ms);
    function stop() {
      clearTimeout(timer);
      removeEventListener("online", goOn);
      signal.removeEventListener("abort", giveUp);
    }
    function goOn() {
      stop();
      resolve();
    }
    function giveUp() {
      stop();
      reject(signal.reason);
    }
    if (signal.aborted) return giveUp();
    addEventListener("online", goOn);
    signal.addEventListener("abort", giveUp);
  });
}
