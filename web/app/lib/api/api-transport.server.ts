import http from 'node:http';
import https from 'node:https';

export interface ApiAnswer {
  status: number;
  setCookies: string[];
  text: string;
}

export type PostToApi = (url: string, headers: Record<string, string>, body: string) => Promise<ApiAnswer>;

/** Below the 5 s after which the API closes a connection that nobody uses: none is closed just when it is used again. */
const IDLE_MS = 4_000;

const plain = new http.Agent({ keepAlive: true, timeout: IDLE_MS });
const secure = new https.Agent({ keepAlive: true, timeout: IDLE_MS });

/** Over connections that stay open. Node's own client takes a third of the CPU of its `fetch`. */
export const postToApi: PostToApi = (url, headers, body) =>
  new Promise((resolve, reject) => {
    const isSecure = url.startsWith('https:');
    const sent = (isSecure ? https : http).request(url, {
      method: 'POST',
      agent: isSecure ? secure : plain,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          setCookies: response.headers['set-cookie'] ?? [],
          text,
        }),
      );
    });
    sent.end(body);
  });
