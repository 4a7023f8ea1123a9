import { data } from '@remix-run/node';
import type { Fault } from './api/fault.ts';

const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'];

const refuse = (status: number, code: string, message: string): never => {
  throw data({ code, message, requestId: null } satisfies Fault, { status });
};

/** What a page was sent. Throws 415 for what is no form, and 400 for a form that cannot be read. */
export async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!FORM_TYPES.includes(type)) {
    refuse(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'This page takes forms. A program sends its operations to /graphql, as JSON.',
    );
  }
  try {
    return await request.formData();
  } catch {
    return refuse(400, 'BAD_USER_INPUT', 'This form is not complete. Load the page again and send it anew.');
  }
}
