/**
 * Preloaded into every process of the application. The launcher holds the other end of the IPC channel; when it is
 * gone, also through kill -9, the channel closes and the process ends in order, or is ended.
 */
const GRACE_MS = 20_000;

process.on('disconnect', () => {
  // The launcher starts each of these as the leader of a group: whatever it has started goes with it.
  const endGroup = () => process.kill(-process.pid, 'SIGKILL');
  // Without a handler SIGTERM would end this process alone, and at once.
  if (process.listenerCount('SIGTERM') === 0) return endGroup();
  process.on('exit', endGroup);
  setTimeout(endGroup, GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
// Listening must not be a reason to stay alive.
process.channel?.unref();
