import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../../test/setup/app.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';

const REGISTER = `mutation ($input: AuthRegisterInput!) { authRegister(input: $input) {
  __typename ... on Error { code message path } } }`;

async function openStudio(registration: string) {
  const testMachine = await openTestMachine({ STUDIO_REGISTRATION: registration });
  const { post } = await openTestApp(testMachine);
  return {
    ...testMachine.machine,
    register: async (email: string) =>
      (
        (
          await post(null, REGISTER, {
            input: { email, password: 'correct horse battery', name: 'Ada', organizationName: 'Analytical' },
          })
        ).body.data as unknown as { authRegister: { __typename: string; code?: string } }
      ).authRegister,
    mode: async () =>
      ((await post(null, '{ registration }')).body.data as { registration: string } | null)?.registration,
  };
}

const unset = await openStudio('');
const open = await openStudio('OPEN');
const closed = await openStudio('CLOSED');

describe('registration', () => {
  it('[AUTH-6] is open until there is an organization, which one of many at once makes', async () => {
    expect(await unset.mode()).toBe('OPEN');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => unset.register(`ada-${index}@example.com`)),
    );
    expect(answers.filter(({ __typename }) => __typename === 'AuthRegisterPayload')).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'REGISTRATION_REFUSED')).toHaveLength(7);
    expect(await unset.db.organization.count()).toBe(1);
    expect(await unset.db.user.count()).toBe(1);
    expect(await unset.mode()).toBe('INVITE_ONLY');
  });

  it('[AUTH-6] is refused in the same words for every address, before it is looked at', async () => {
    const known = (await unset.db.user.findFirstOrThrow()).email;
    const refused = await unset.register(known);
    expect(refused).toMatchObject({
      __typename: 'RegistrationRefusedError',
      code: 'REGISTRATION_REFUSED',
      path: null,
    });
    for (const email of ['eve@example.com', 'nonsense']) expect(await unset.register(email)).toEqual(refused);
    expect(await unset.db.user.count()).toBe(1);
  });

  it('[AUTH-6] is closed to the first as well where the operator says so', async () => {
    expect(await closed.mode()).toBe('CLOSED');
    expect(await closed.register('ada@example.com')).toMatchObject({ code: 'REGISTRATION_REFUSED' });
    expect(await closed.db.user.count()).toBe(0);
  });

  it('[AUTH-6] does not speak of the account that has the address where it is open', async () => {
    expect(await open.mode()).toBe('OPEN');
    for (const email of ['ada@example.com', 'bob@example.com'])
      expect(await open.register(email)).toMatchObject({ __typename: 'AuthRegisterPayload' });
    const answer = await open.register('ada@example.com');
    expect(answer).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT', path: null });
    expect(JSON.stringify(answer)).not.toMatch(/already|ada@/i);
  });
});
