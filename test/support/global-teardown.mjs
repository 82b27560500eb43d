import pg from 'pg';

export default async function globalTeardown() {
  if (process.env.TEST_DATABASE_URL) await dropTemplate(process.env.TEST_DATABASE_URL, process.env.TEST_TEMPLATE);
  await globalThis.stopTestServers?.();
}

// A server that outlives the run keeps nothing of it.
async function dropTemplate(connectionString, template) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (const name of [template, `${template}_unfinished`]) {
      await client.query(`drop database if exists ${name} with (force)`);
    }
  } finally {
    await client.end();
  }
}
