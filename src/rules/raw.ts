import type { Risk, Severity } from '../model/finding.ts';
import type { Bilingual } from './lang.ts';
import type { Scalar } from './units.ts';

/** Rule files as YAML gives them, after ajv accepted them; units and names are not resolved yet. */
export interface RawOperators {
  readonly eq?: RawOperand;
  readonly ne?: RawOperand;
  readonly gt?: RawOperand;
  readonly gte?: RawOperand;
  readonly lt?: RawOperand;
  readonly lte?: RawOperand;
  readonly in?: readonly Scalar[];
  readonly notIn?: readonly Scalar[];
  readonly contains?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
  readonly regex?: string;
  readonly exists?: boolean;
}

/** A value, or another field of the same fact times a factor. */
export type RawOperand = Scalar | { readonly field: string; readonly times?: number };
export type RawTest = Scalar | readonly Scalar[] | RawOperators;
export type RawConditions = Readonly<Record<string, RawTest>>;
/** all fields of a map must hold; of a list of maps, one map */
export type RawWhere = RawConditions | readonly RawConditions[];

export interface RawSelection {
  readonly type: string | readonly string[];
  readonly where?: RawWhere;
  /** other names for this selection's fields, for `by` */
  readonly as?: Readonly<Record<string, string>>;
}

export interface RawDetect {
  readonly fact?: RawSelection;
  readonly count?: {
    readonly of: RawSelection;
    readonly atLeast: number;
    readonly within?: string;
    readonly spanning?: string;
    readonly by?: readonly string[];
    readonly distinct?: string;
  };
  readonly sequence?: { readonly steps: readonly RawSelection[]; readonly within: string; readonly ordered?: boolean; readonly by?: readonly string[] };
  readonly absence?: {
    readonly of: RawSelection;
    readonly notFollowedBy: RawSelection;
    readonly within: string;
    readonly by?: readonly string[];
    readonly covered: readonly string[];
  };
  readonly compare?: {
    readonly of: RawSelection;
    readonly field: string;
    readonly by: readonly string[];
    readonly measure: 'spread' | 'ratio';
    readonly pick?: 'last' | 'max' | 'min';
    readonly gte: Scalar;
    readonly groups?: number;
  };
  readonly held?: {
    readonly from: RawSelection;
    readonly until: RawSelection;
    readonly lasted: string;
    readonly by?: readonly string[];
    readonly covered: readonly string[];
  };
  readonly finding?: { readonly rule: string; readonly severity?: readonly Severity[]; readonly lasted?: string };
  readonly any?: readonly RawDetect[];
}

export interface RawExampleFact {
  readonly type: string;
  readonly at?: string;
  readonly until?: string;
  readonly nodes?: readonly string[];
  readonly component?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface RawExample {
  readonly name: string;
  readonly facts: readonly RawExampleFact[];
  readonly findings?: readonly {
    readonly rule: string;
    readonly start?: string;
    readonly end?: string;
    readonly nodes?: readonly string[];
    readonly severity?: Severity;
  }[];
  readonly coverage?: readonly { readonly node: string; readonly component: string; readonly from: string; readonly to: string }[];
  /** expected of `fires` examples */
  readonly severity?: Severity;
  readonly count?: number;
  /** a `quiet` example that must end undecidable, not merely silent */
  readonly undecided?: boolean;
}

export interface RawExamples {
  readonly fires: readonly RawExample[];
  readonly quiet: readonly RawExample[];
}

export interface RawRule {
  readonly id: string;
  readonly status: 'stable' | 'test' | 'experimental';
  readonly severity: Severity | readonly { readonly when?: RawWhere; readonly is: Severity }[];
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly thresholds?: Bilingual;
  readonly falsePositives?: readonly Bilingual[];
  readonly references?: readonly string[];
  readonly needs?: { readonly facts: readonly string[]; readonly otherwise: Bilingual };
  readonly detect: RawDetect;
  readonly finding: {
    readonly summary: Bilingual;
    readonly group?: readonly string[];
    readonly join?: string;
    readonly nodes?: readonly string[];
    readonly worst?: string;
    readonly words?: Readonly<Record<string, Readonly<Record<string, Bilingual>>>>;
  };
  readonly remediation: readonly {
    readonly step: Bilingual;
    readonly command?: string;
    readonly risk: Risk;
    readonly riskNote?: Bilingual;
    readonly when?: RawWhere;
  }[];
  readonly causes?: readonly {
    readonly rule: string;
    readonly within: string;
    readonly tolerance?: string;
    readonly shared?: 'node' | 'none';
    readonly why: Bilingual;
  }[];
  readonly symptomOf?: readonly (string | { readonly rule: string; readonly shared: 'node' })[];
  readonly examples: RawExamples;
}
