/** Makes a line: whoever acts in turn begins when all before him have ended, however they ended. */
export function takeTurns() {
  let before: Promise<unknown> = Promise.resolve();
  return function inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const turn = before.then(act);
    // Who waits for the turn itself hears of its error; those behind do not.
    before = turn.catch(() => null);
    return turn;
  };
}
