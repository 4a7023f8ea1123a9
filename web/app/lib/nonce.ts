import { createContext, useContext } from 'react';

/** Known while rendering on the server only; the browser hides it from scripts on purpose. */
const NonceContext = createContext<string | undefined>(undefined);

export const NonceProvider = NonceContext.Provider;
export const useNonce = (): string | undefined => useContext(NonceContext);
