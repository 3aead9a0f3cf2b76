import type { Derived, DerivedType } from '../../../src/model/derived.ts';
import type { History } from '../../../src/model/history.ts';

/** What a history concluded of one type. */
export function of<Type extends DerivedType>(history: History, type: Type): readonly Derived<Type>[] {
  return history.derived.filter((d): d is Derived & Derived<Type> => d.type === type);
}
