/** What a test gives its jobs, as all that they may ask for. A service that it does not give throws when it is used. */
export function givenServices<Services>(given: Partial<Services>): Services {
  if (typeof given !== "object" || given === null) return given as Services; // a job without services
  return new Proxy(given, {
    get(target, name) {
      if (name in target || typeof name === "symbol") return Reflect.get(target, name);
      throw new Error(`The test gives its jobs no service "${name}": let \`services\` answer one.`);
    },
  }) as Services; // the rest of it throws
}
