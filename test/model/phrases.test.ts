import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DIAGNOSTIC_CODES } from '../../src/model/diagnostic.ts';
import { PHRASES } from '../../src/model/phrase-table.ts';
import { joined, phrase, quoted, wordsIn } from '../../src/model/phrases.ts';

const places = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe('phrases', () => {
  it('have the same places in both languages', () => {
    for (const [en, zh] of Object.entries(PHRASES)) expect(places(zh), en).toEqual(places(en));
  });

  it('are Chinese in Chinese', () => {
    for (const [en, zh] of Object.entries(PHRASES)) {
      const letters = /[a-z]/i.test(en.replace(/\{\w+\}/g, ''));
      if (letters) expect(zh, en).toMatch(/\p{Script=Han}/u);
      expect(zh.replace(/\{\w+\}|（[^）]*）/g, ''), en).not.toMatch(/[a-z]+ [a-z]+ [a-z]+ [a-z]+/);
    }
  });

  it('are all said somewhere', () => {
    const said = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('phrase-table.ts'))
      .map((path) => readFileSync(`src/${path}`, 'utf8'))
      .join('\n');
    const codes = new Set<string>(Object.values(DIAGNOSTIC_CODES));
    expect(Object.keys(PHRASES).filter((text) => !said.includes(text) && !said.includes(text.replaceAll("'", "\\'")) && !codes.has(text))).toEqual([]);
  });

  it('are filled in with names, numbers, lists and other phrases', () => {
    const down = phrase('{members} were down, so no quorum of {quorum} was left', { members: ['a', 'b'], quorum: 2 });
    expect(wordsIn('en', down)).toBe('a, b were down, so no quorum of 2 was left');
    expect(wordsIn('zh', down)).toBe('a、b 停机，不足 2 个成员的法定人数');
    const failed = phrase('handshake failed: {reason}', { reason: phrase('certificate expired') });
    expect(wordsIn('en', failed)).toBe('handshake failed: certificate expired');
    expect(wordsIn('zh', failed)).toBe('握手失败：证书已过期');
    expect(wordsIn('zh', joined(phrase('it is empty'), failed))).toBe('它是空的；握手失败：证书已过期');
  });

  it('end as their number asks', () => {
    expect(wordsIn('en', phrase('{count} restart(s), and waiting', { count: 1 }))).toBe('1 restart, and waiting');
    expect(wordsIn('en', phrase('{count} restart(s), and waiting', { count: 2 }))).toBe('2 restarts, and waiting');
  });

  it("leave the bundle's own words as they are", () => {
    const raw = 'panic: {member} says no';
    expect(wordsIn('zh', quoted(raw))).toBe(raw);
    expect(wordsIn('zh', quoted('it is empty'))).toBe('it is empty');
    expect(wordsIn('zh', raw)).toBe(raw);
  });

  it('that the table does not know, from a case of another version, are said in English', () => {
    expect(wordsIn('zh', { say: 'said by {who} of old', with: { who: 'a' } })).toBe('said by a of old');
  });
});
