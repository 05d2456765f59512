import type { Variables } from "@/lib/doctor/variables";

const SECRET_NAMES = /TOKEN|SECRET|KEY|PASSWORD/;
/** Shorter texts occur by chance, and could not be a secret that is worth anything. */
const MIN_LENGTH = 6;

/** Enough of a secret to tell which one it is, and too little to use. */
export function mask(secret: string): string {
  const shown = secret.length >= 24 ? secret.slice(0, 4) : "";
  return `${shown}… (${secret.length} characters)`;
}

/** An address without the user and the password in it. */
export function maskAddress(address: string): string {
  const url = URL.parse(address);
  return url ? `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}` : mask(address);
}

/** Takes every secret of the environment out of a text, wherever it came from: a server may repeat what it was sent. */
export function createRedact(variables: Variables): (text: string) => string {
  const secrets = Object.entries(variables)
    .flatMap(([name, value = ""]) => [SECRET_NAMES.test(name) ? value.trim() : "", ...credentialsIn(value)])
    .filter((secret) => secret.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length); // the whole before its parts
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, "…"), text);
}

function credentialsIn(value: string): readonly string[] {
  const password = URL.parse(value.trim())?.password ?? "";
  return password === "" ? [] : [value.trim(), password, decode(password)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a bare percent sign: it stands for itself
  }
}
