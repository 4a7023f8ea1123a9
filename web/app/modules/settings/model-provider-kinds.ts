import type { ModelProviderKind } from '#app/gql/settings.ts';

export const PROVIDER_KINDS: Record<
  ModelProviderKind,
  { label: string; needsKey: boolean; needsUrl: boolean }
> = {
  ANTHROPIC: { label: 'Anthropic', needsKey: true, needsUrl: false },
  OPENAI: { label: 'OpenAI', needsKey: true, needsUrl: false },
  OPENAI_COMPATIBLE: {
    label: 'OpenAI-compatible (Ollama, vLLM, LM Studio)',
    needsKey: false,
    needsUrl: true,
  },
  SIMULATED: { label: 'Simulated', needsKey: false, needsUrl: false },
};

export const isProviderKind = (value: string): value is ModelProviderKind => value in PROVIDER_KINDS;
