import { BlockList, isIP } from 'node:net';

/** Which addresses belong to some networks. */
export interface Networks {
  holds(address: string): boolean;
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Addresses and networks such as `10.0.0.7, fd00::/8`; null when something else stands among them. */
export function parseNetworks(text: string): Networks | null {
  const list = new BlockList();
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(item) ?? [];
    const maxBits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    const prefix = bits === undefined ? maxBits : Number(bits);
    if (maxBits < 0 || prefix > maxBits) return null;
    list.addSubnet(address, prefix, familyOf(address));
  }
  return { holds: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)) };
}
