import { mkdir, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { DriverError } from '../../drivers/driver.ts';
import { ForbiddenError } from '../../platform/errors.ts';
import { invalid } from '../../platform/input.ts';
import type { Machine, Settings } from '../context.ts';
import { isOperatorOrganization } from '../organization/organization.service.ts';
import { hasRank, type Viewer } from '../policy.ts';
import { fillIn, isParameterValue, type StdioPreset } from '../stdio-preset.ts';

/**
 * A stdio server is a program that the studio starts on its own machine. What decides is who may name it: to name a
 * command is as much as owning the machine, so only administrators of the operator's organization may, where the operator
 * allows it; everybody else chooses among presets.
 */

/** Which preset, with what for its parameters. */
export interface PresetChoice {
  name: string;
  parameters: Record<string, string>;
}

const OFF =
  'Servers that are started as programs are switched off on this studio. Its operator can allow them with STUDIO_STDIO.';
const PRESETS_ONLY =
  'On this studio only presets can be started, no commands. Choose a preset, or use an address.';

/** Whether the viewer may have the studio start any command. */
export const canNameCommand = async (
  ctx: Pick<Machine, 'db' | 'settings'>,
  viewer: Viewer,
): Promise<boolean> =>
  ctx.settings.stdioMode === 'ADMIN' &&
  hasRank(viewer.role, 'ADMIN') &&
  (await isOperatorOrganization(ctx, { id: viewer.organizationId }));

/** Throws ValidationError where commands are not for this organization, FORBIDDEN below ADMIN. */
export async function requireCommandRight(
  ctx: Pick<Machine, 'db' | 'settings'>,
  viewer: Viewer,
): Promise<void> {
  if (ctx.settings.stdioMode === 'OFF') throw invalid(OFF, 'command');
  if (await canNameCommand(ctx, viewer)) return;
  if (hasRank(viewer.role, 'ADMIN')) throw invalid(PRESETS_ONLY, 'command');
  throw new ForbiddenError(
    `Only an ADMIN may set up a server that is started by a command; your role is ${viewer.role}. Choose a preset, or use an address.`,
    ['input', 'command'],
  );
}

/** The presets that this studio offers; none where stdio is off. */
export const offeredPresets = (settings: Pick<Settings, 'stdioMode' | 'stdioPresets'>): StdioPreset[] =>
  settings.stdioMode === 'OFF' ? [] : settings.stdioPresets;

/** Throws ValidationError for a preset that is not offered, and for parameters that it does not take. */
export function checkPreset(
  settings: Pick<Settings, 'stdioMode' | 'stdioPresets'>,
  choice: PresetChoice,
): StdioPreset {
  if (settings.stdioMode === 'OFF') throw invalid(OFF, 'preset');
  const preset = settings.stdioPresets.find(({ name }) => name === choice.name);
  if (!preset) {
    const names = settings.stdioPresets.map(({ name }) => name).join(', ');
    throw invalid(`There is no preset ${choice.name}. Use one of: ${names}.`, 'preset', 'name');
  }
  const fault = findParameterFault(preset, choice.parameters);
  if (fault) throw invalid(fault, 'preset', 'parameters');
  return preset;
}

function findParameterFault(
  { title, parameters }: StdioPreset,
  given: Record<string, string>,
): string | null {
  const unknown = Object.keys(given).find((name) => !parameters.some((one) => one.name === name));
  if (unknown !== undefined) return `${title} has no parameter ${unknown}.`;
  for (const parameter of parameters) {
    const value = given[parameter.name] ?? parameter.default;
    if (value === undefined) return `${title} needs ${parameter.title} (${parameter.name}).`;
    if (isParameterValue(parameter, value)) continue;
    const values = parameter.values ? ` Use one of: ${parameter.values.join(', ')}.` : '';
    return `${parameter.title} (${parameter.name}) is not what ${title} accepts.${values}`;
  }
  return null;
}

const rejected = (message: string) => new DriverError('REJECTED', message);

/** The preset of a saved server as it is offered today. Throws DriverError REJECTED with what to do. */
export function findPreset(settings: Settings, choice: PresetChoice): StdioPreset {
  if (settings.stdioMode === 'OFF') throw rejected(OFF);
  const preset = settings.stdioPresets.find(({ name }) => name === choice.name);
  if (!preset) {
    throw rejected(
      `The preset ${choice.name} is not offered by this studio any more. Choose another one for this server.`,
    );
  }
  const fault = findParameterFault(preset, choice.parameters);
  if (fault) throw rejected(`${fault} The preset has changed: set its parameters again.`);
  return preset;
}

/** Throws DriverError REJECTED where a command that was entered once may not be started any more. */
export async function requireCommandStart(
  ctx: Pick<Machine, 'db' | 'settings'>,
  { organizationId }: { organizationId: string },
): Promise<void> {
  if (ctx.settings.stdioMode === 'OFF') throw rejected(OFF);
  if (ctx.settings.stdioMode === 'ADMIN' && (await isOperatorOrganization(ctx, { id: organizationId })))
    return;
  throw rejected(PRESETS_ONLY);
}

/**
 * The arguments of a preset, and the folders that its parameters name. Throws DriverError REJECTED when such a folder
 * leads out of the one that it has to be in.
 */
export async function fillInArguments(
  preset: StdioPreset,
  { parameters, workspace }: { parameters: Record<string, string>; workspace: string },
): Promise<{ args: string[]; folders: string[] }> {
  const values: Record<string, string> = { workspace };
  const folders: string[] = [];
  for (const parameter of preset.parameters) {
    const value = parameters[parameter.name] ?? parameter.default ?? '';
    if (parameter.type !== 'folder') {
      values[parameter.name] = value;
      continue;
    }
    const folder = await folderWithin(parameter.within ?? workspace, value, parameter.within === undefined);
    if (folder === null) throw rejected(`There is no folder ${value} for ${parameter.title}. Set it again.`);
    values[parameter.name] = folder;
    folders.push(folder);
  }
  return { args: preset.args.map((arg) => fillIn(arg, values)), folders };
}

/** Where links lead counts, not how the path is written. */
async function folderWithin(within: string, path: string, isMade: boolean): Promise<string | null> {
  const wanted = resolve(within, path);
  try {
    if (isMade) await mkdir(wanted, { recursive: true });
    const [root, folder] = [await realpath(within), await realpath(wanted)];
    return folder === root || folder.startsWith(root.endsWith(sep) ? root : root + sep) ? folder : null;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return null;
    throw error;
  }
}
