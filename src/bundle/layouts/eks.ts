import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { all } from '../path-tests.ts';

const NAME = /^eks_(i-[0-9a-f]+)_/;

/** awslabs/amazon-eks-ami: log-collector-script/linux/eks-log-collector.sh. One archive per node, named by instance id. */
export const eks = defineLayout({
  id: 'eks',
  title: 'EKS log collector',
  recognise: (paths, bundleName) =>
    all(paths, /^(?:system\/instance-id\.txt|ipamd\/)/, /^(?:kubelet|var_log|containerd|kernel)\//) ||
    (NAME.test(bundleName) && all(paths, /^(?:kubelet|var_log)\//)),
  hints: (_path, name) => ({ node: NAME.exec(name)?.[1] ?? null }),
  collectedAt: (name) => timeInName(name, /_(\d{4})-(\d\d)-(\d\d)_(\d\d)(\d\d)-UTC/),
});
