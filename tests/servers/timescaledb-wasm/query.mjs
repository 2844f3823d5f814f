// node query.mjs URL SQL: prints the first column of the result. For machines without psql.
import pg from 'pg';

const [url, sql] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
try {
  await client.connect();
  const results = [await client.query({ text: sql, rowMode: 'array' })].flat();
  for (const [first] of results.at(-1).rows) console.log(first);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.end();
}
