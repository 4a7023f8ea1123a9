import { Form, useNavigation } from '@remix-run/react';
import { Button } from '#app/components/ui/button.tsx';
import { TextareaField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import type { AgentStatus } from '#app/gql/agents.ts';
import type { Failure } from '#app/lib/failure.ts';
import { canTakePrompt } from './agent-status.ts';

/** Each shows its own message. */
const FIELDS = ['prompt'];

export interface AgentPromptProps {
  status: AgentStatus | null;
  /** Made with the page: sending the form twice starts one run. */
  idempotencyKey: string;
  failure: Failure | null;
  prompt: string;
}

export function AgentPrompt({ status, idempotencyKey, failure, prompt }: AgentPromptProps) {
  const navigation = useNavigation();
  const isPending = navigation.state !== 'idle' && navigation.formData?.get('intent') === 'run';
  const isReady = canTakePrompt(status);
  return (
    <Form method="post" className="rounded-lg border border-line bg-surface p-4">
      <input type="hidden" name="intent" value="run" />
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
      <FailureNotice failure={failure} beside={FIELDS} className="mb-3" />
      <TextareaField
        label="Prompt"
        name="prompt"
        rows={4}
        required
        defaultValue={prompt}
        disabled={!isReady}
        error={failure?.fields['prompt']}
        placeholder="What should this agent do?"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey))
            event.currentTarget.form?.requestSubmit();
        }}
        hint={isReady ? 'Ctrl or ⌘ with Enter runs it.' : 'Only a validated and active agent takes prompts.'}
      />
      <div className="mt-3 flex justify-end">
        <Button type="submit" variant="primary" icon="play" isPending={isPending} disabled={!isReady}>
          Run
        </Button>
      </div>
    </Form>
  );
}
