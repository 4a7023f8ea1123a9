import { InputField, SelectField, TextareaField } from '#app/components/ui/field.tsx';
import { Notice } from '#app/components/ui/notice.tsx';
import { COMMAND, type EditedServer, type Preset, type ServerValues } from './server-form-input.ts';

export interface ServerProgramProps {
  presets: Preset[];
  /** Only administrators of the operator's organization, where the operator allows it. */
  canNameCommand: boolean;
  /** Name of a preset, `COMMAND`, or empty for none. */
  program: string;
  onProgram: (program: string) => void;
  values: ServerValues | null;
  /** The preset of the server that is edited: it stays to choose when the studio does not offer it any more. */
  stored: EditedServer['preset'];
  fields: Record<string, string>;
}

function Parameter({ of, value }: { of: Preset['parameters'][number]; value: string | undefined }) {
  const name = `parameter.${of.name}`;
  if (of.values) {
    return (
      <SelectField
        label={of.title}
        name={name}
        defaultValue={value ?? of.default ?? ''}
        hint={of.description}
      >
        {of.values.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </SelectField>
    );
  }
  return (
    <InputField
      label={of.title}
      name={name}
      defaultValue={value ?? of.default ?? ''}
      hint={of.description}
      spellCheck={false}
    />
  );
}

/** The program of a server that the studio starts: a preset of the operator, or for few a command. */
export function ServerProgram(props: ServerProgramProps) {
  const { presets, canNameCommand, program, onProgram, values, stored, fields } = props;
  const preset = presets.find(({ name }) => name === program);
  const given = Object.fromEntries(
    (values?.preset?.parameters ?? []).map(({ name, value }) => [name, value] as const),
  );
  const lost = stored && !presets.some(({ name }) => name === stored.name) ? stored : null;
  // Whoever may not name a command still sees the one there is, and may change everything else.
  const hasCommand = canNameCommand || program === COMMAND;
  return (
    <>
      <SelectField
        label="Or a program"
        name="program"
        value={program}
        onChange={(event) => onProgram(event.target.value)}
        hint={
          preset?.description ||
          'Started by the studio on its own machine. The operator decides which there are.'
        }
        error={fields['preset'] ?? fields['preset.name'] ?? fields['preset.parameters']}
      >
        <option value="">None: it has a URL</option>
        {presets.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
        {lost && <option value={lost.name}>{lost.name} (not offered any more)</option>}
        {hasCommand && <option value={COMMAND}>A command</option>}
      </SelectField>
      {preset?.parameters.map((parameter) => (
        <Parameter key={parameter.name} of={parameter} value={given[parameter.name]} />
      ))}
      {lost?.name === program &&
        lost.parameters.map(({ name, value }) => (
          <input key={name} type="hidden" name={`parameter.${name}`} value={value} readOnly />
        ))}
      {program === COMMAND && (
        <>
          <Notice tone="warning" title="A command may do whatever the studio may do on its machine">
            It runs as the user of the studio. Start only programs that you trust with this machine and with
            everything stored on it.
          </Notice>
          <InputField
            label="Command"
            name="command"
            defaultValue={values?.command ?? ''}
            error={fields['command']}
            placeholder="npx"
            hint="Started without a shell."
            spellCheck={false}
          />
          <TextareaField
            label="Arguments"
            name="args"
            rows={3}
            defaultValue={values?.args?.join('\n') ?? ''}
            error={fields['args']}
            hint="One a line; {workspace} stands for the folder of the agent."
            spellCheck={false}
            className="font-mono text-[0.8125rem]"
          />
        </>
      )}
    </>
  );
}
