/** Asking the server: JSON in, JSON out, and every refusal as one `Problem` that a person can act on. */

/** @typedef {import('./types.js').Task} Task */

/** What the server, or the way to it, refused. */
export class Problem extends Error {
  /** @param {number} status 0: it was not reached. @param {Record<string, any>} body */
  constructor(status, body) {
    super(String(body.detail ?? ''));
    this.status = status;
    this.body = body;
    this.title = String(body.title ?? '');
    this.requestId = String(body.request_id ?? '');
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{json?: unknown, headers?: Record<string, string>, keepalive?: boolean}} [more]
 * @returns {Promise<any>} The answer's JSON; null where there is none. Problem.
 */
export async function ask(method, path, more = {}) {
  const { json, headers = {}, keepalive = false } = more;
  const body = json === undefined ? undefined : JSON.stringify(json);
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(path, {
      method, body, keepalive, headers: { Accept: 'application/json', ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
    });
  } catch {
    throw new Problem(0, {});
  }
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.ok) return said;
  if (answer.status === 401 && !headers.Authorization) dispatchEvent(new Event('kiwi-locked'));
  throw new Problem(answer.status, { request_id: answer.headers.get('X-Request-ID') ?? '', ...said });
}

/** @param {string} path @param {unknown} [json] @returns {Promise<any>} */
export const post = (path, json) => ask('POST', path, { json: json ?? {} });

/** @param {string} id @param {string} [rest] */
export const taskPath = (id, rest = '') => `/api/video/task/${encodeURIComponent(id)}${rest}`;

/** @param {string} id @returns {Promise<Task>} */
export const status = (id) => ask('GET', `/api/video/status/${encodeURIComponent(id)}`);

/**
 * Films, newest first, a page at a time.
 * @param {string} [from] The address of the page, as the one before told.
 * @returns {Promise<{tasks: Task[], next: string}>} `next` is empty on the last page.
 */
export async function listFilms(from = '/api/video/tasks?limit=60') {
  const answer = await fetch(from, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer) throw new Problem(0, {});
  if (answer.status === 401) dispatchEvent(new Event('kiwi-locked'));
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  const next = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1] ?? '';
  // behind a proxy the server may know another address of itself
  return { tasks: await answer.json(), next: next && new URL(next).pathname + new URL(next).search };
}

/** @param {Blob} blob @returns {Promise<string>} A data URL. */
export function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
