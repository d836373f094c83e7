import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program, with the built client in it. */
    parley: string;
    /** A folder that goes when the tests are over. */
    scratch: string;
  }
}

/** Builds the program once for all tests. */
export default function setup(project: TestProject): () => void {
  const scratch = mkdtempSync(join(tmpdir(), 'parley-browser-'));
  const parley = process.env.PARLEY_PROGRAM ?? join(scratch, 'parley');
  if (!process.env.PARLEY_PROGRAM)
    execFileSync('go', ['build', '-o', parley, './cmd/parley'], { cwd: join(import.meta.dirname, '../../..'), stdio: 'inherit' });
  project.provide('parley', parley);
  project.provide('scratch', scratch);
  return () => rmSync(scratch, { recursive: true, force: true });
}
