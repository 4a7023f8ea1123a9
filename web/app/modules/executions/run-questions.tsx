import { useState, type FormEvent } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { CheckboxField, InputField, SelectField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { Panel } from '#app/components/ui/panel.tsx';
import { useExecutionQuestionsResolveMutation } from '#app/gql/executions.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { nodesOf } from '#app/lib/paging.ts';
import type { ExecutionDetails } from './execution-actions.tsx';
import { answerOf, fieldsOf, type AnswerField } from './question-form.ts';
import type { Timeline } from './timeline-model.ts';

type Questions = NonNullable<NonNullable<ExecutionDetails['inputRequests']>['edges']>;
type Question = NonNullable<Questions[number]['node']>;

/** Those of the timeline that nobody has answered yet. */
export const waitingQuestionIds = (timeline: Timeline): string[] =>
  timeline.items.flatMap((item) =>
    item.kind === 'question' && !item.resolution ? [item.request.inputRequestId] : [],
  );

/** The questions that this run waits for, to be answered where they are seen. */
export function RunQuestions({ execution, timeline }: { execution: ExecutionDetails; timeline: Timeline }) {
  const waiting = waitingQuestionIds(timeline);
  const questions = nodesOf(execution.inputRequests).filter(({ id }) => waiting.includes(id));
  return questions.map((question) => <RunQuestion key={question.id} question={question} />);
}

function RunQuestion({ question }: { question: Question }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [resolve, { loading }] = useExecutionQuestionsResolveMutation();
  const fields = fieldsOf(question.schema);
  const send = async (answer: Record<string, unknown> | null): Promise<void> => {
    const { data, error } = await resolve({ variables: { input: { inputRequestId: question.id, answer } } });
    setFailure(failureOfOutcome(error, data?.inputRequestResolve));
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void send(answerOf(fields, new FormData(event.currentTarget)));
  };
  const isMine = question.viewerCan?.actions.includes('RESOLVE') ?? false;
  return (
    <Panel title="Waits for your answer" className="mb-4">
      <FailureNotice failure={failure} beside={fields.map(({ name }) => `answer.${name}`)} className="mb-3" />
      <p className="mb-3 whitespace-pre-wrap [overflow-wrap:anywhere]">{question.question}</p>
      {isMine && (
        <form onSubmit={onSubmit} className="max-w-xl space-y-4">
          {fields.map((field) => (
            <AnswerControl key={field.name} field={field} error={failure?.fields[`answer.${field.name}`]} />
          ))}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" variant="primary" isPending={loading}>
              Answer
            </Button>
            <Button isPending={loading} onClick={() => void send(null)}>
              Decline to answer
            </Button>
          </div>
        </form>
      )}
    </Panel>
  );
}

function AnswerControl({ field, error }: { field: AnswerField; error: string | undefined }) {
  const { name, label, hint, type, choices, isRequired } = field;
  if (type === 'boolean') return <CheckboxField label={label} hint={hint} name={name} />;
  const common = { label, hint, name, error, required: isRequired };
  if (choices)
    return (
      <SelectField {...common} defaultValue="">
        <option value="">Choose</option>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </SelectField>
    );
  return (
    <InputField
      {...common}
      type={type === 'string' ? 'text' : 'number'}
      step={type === 'number' ? 'any' : undefined}
      autoComplete="off"
    />
  );
}
