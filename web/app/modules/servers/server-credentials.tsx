import {
  CheckboxField,
  InputField,
  TextareaField,
  type TextareaFieldProps,
} from '#app/components/ui/field.tsx';

export interface ServerCredentialsProps {
  fields: Record<string, string>;
  hasEnvironment: boolean;
  /** Some are saved already. */
  areSaved: boolean;
}

const Lines = (props: TextareaFieldProps) => (
  <TextareaField rows={2} spellCheck={false} className="font-mono text-[0.8125rem]" {...props} />
);

/** Credentials go one way: they can be entered, replaced and removed, and are never shown. */
export function ServerCredentials({ fields, hasEnvironment, areSaved }: ServerCredentialsProps) {
  return (
    <details
      className="rounded-lg border border-line bg-surface"
      open={Object.keys(fields).some((name) => name.startsWith('credentials'))}
    >
      <summary className="flex min-h-11 items-center px-5 font-medium">Credentials</summary>
      <div className="space-y-4 border-t border-line p-5">
        <p className="text-muted">
          Encrypted when saved, and never shown again.
          {areSaved &&
            ' What you leave empty stays as it is saved; headers and variables that you enter replace all of their kind.'}
        </p>
        <InputField
          label="Bearer token"
          name="bearerToken"
          type="password"
          autoComplete="off"
          error={fields['credentials.bearerToken'] ?? fields['credentials']}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Lines
            label="Headers"
            name="headers"
            placeholder="X-Api-Key: …"
            hint="One a line: name, colon, value."
            error={fields['credentials.headers']}
          />
          <Lines
            label="Headers that are no secret"
            name="headersOpen"
            placeholder="X-Region: eu-west-1"
            hint="Logs and results may show their values."
          />
        </div>
        {hasEnvironment && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Lines
              label="Environment"
              name="env"
              placeholder="TOKEN=…"
              hint="One a line, for a program; a preset says which variables it accepts."
              error={fields['credentials.env']}
            />
            <Lines
              label="Environment that is no secret"
              name="envOpen"
              placeholder="REGION=eu-west-1"
              hint="Logs and results may show their values."
            />
          </div>
        )}
        {areSaved && <CheckboxField label="Remove all that are saved" name="removesCredentials" />}
      </div>
    </details>
  );
}
