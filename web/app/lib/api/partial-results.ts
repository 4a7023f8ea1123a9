declare module '@apollo/client' {
  namespace ApolloClient {
    namespace DeclareDefaultOptions {
      interface WatchQuery {
        errorPolicy: 'all';
      }
      interface Query {
        errorPolicy: 'all';
      }
      interface Mutate {
        errorPolicy: 'all';
      }
    }
  }
}

const errorPolicy = { errorPolicy: 'all' } as const;

/** Apollo's own default throws the whole result away when one guarded field of it is refused. */
export const partialResults = { query: errorPolicy, watchQuery: errorPolicy, mutate: errorPolicy };
