/** Loaded into every process that is measured: tells its memory and takes profiles when it is asked. */
import { type Profiler, Session } from 'node:inspector';
import { promisify } from 'node:util';
import { answer } from '../harness/calls.ts';

const session = new Session();
const post = promisify(session.post.bind(session)) as (method: string, params?: object) => Promise<object>;

/** Finer than the default of a millisecond, coarse enough to leave the process as it is. */
const SAMPLING_US = 500;

answer({
  memory: () => {
    (globalThis as { gc?: () => void }).gc?.();
    return process.memoryUsage();
  },
  startProfile: async () => {
    session.connect();
    await post('Profiler.enable');
    await post('Profiler.setSamplingInterval', { interval: SAMPLING_US });
    await post('Profiler.start');
  },
  stopProfile: async () => {
    const { profile } = (await post('Profiler.stop')) as Profiler.StopReturnType;
    session.disconnect();
    return profile;
  },
});
// The product must be able to end by itself; programs of the bench have something else that keeps them.
process.channel?.unref();
