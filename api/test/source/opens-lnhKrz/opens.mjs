setTimeout(() => {}, 1).unref();
process.on('SIGUSR2', () => {});
