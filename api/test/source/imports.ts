import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const PROJECT_DIR = fileURLToPath(new URL('../../../', import.meta.url));

/** One `import` or `export … from` of a file, or one `import(…)`. */
export interface Import {
  /** The importing file, from the root of the project, with `/`. */
  file: string;
  /** The imported file in the same form; null when it is a package. */
  target: string | null;
  /** The package, or the specifier as it is written. */
  specifier: string;
  /** True when nothing of it is left at run time. */
  isTypeOnly: boolean;
}

const SKIPPED = /(^|\/)(node_modules|dist|build|generated|gql)(\/|$)|\.test\.tsx?$|\.d\.ts$/;
const SOURCE = /\.(ts|tsx|mts|js|mjs)$/;

/** Every source file under these folders, tests and generated files left out. */
export function listSources(...folders: string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(PROJECT_DIR, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
        .map((entry) => posixPath(relative(PROJECT_DIR, join(entry.parentPath, entry.name)))),
    )
    .filter((file) => !SKIPPED.test(file))
    .sort();
}

export function readImports(file: string): Import[] {
  return parseImports(file, readFileSync(join(PROJECT_DIR, file), 'utf8'));
}

export function parseImports(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  const imports: Import[] = [];
  const add = (specifier: string, isTypeOnly: boolean) =>
    imports.push({ file, target: targetOf(file, specifier), specifier: packageOf(specifier), isTypeOnly });

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, isTypeImport(node.importClause));
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      add(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments[0] &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      add(node.arguments[0].text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    !clause.name &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

/** `#app/` is the dashboard's own folder. */
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('#app/')) return posix.join('web/app', specifier.slice('#app/'.length));
  if (!specifier.startsWith('.')) return null;
  return posixPath(relative(PROJECT_DIR, resolve(PROJECT_DIR, dirname(file), specifier)));
}

/** `@scope/name/part` → `@scope/name`; a path stays as it is. */
const packageOf = (specifier: string): string =>
  specifier.startsWith('.') || specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

const posixPath = (path: string): string => path.split(sep).join('/');
