// Asks the process of this container how it is; exit code 0 says well. The image has no other HTTP client.
const [path = '/health/ready'] = process.argv.slice(2);
const { PORT = '8080' } = process.env;
const WAIT_MS = 4_000;

const isWell = await fetch(`http://127.0.0.1:${PORT}${path}`, { signal: AbortSignal.timeout(WAIT_MS) }).then(
  ({ ok }) => ok,
  () => false,
);
process.exitCode = isWell ? 0 : 1;
