/** Locks of the control plane itself, by name: distributions keep them in namespaces of their own. Operators' locks are none. */
const LEASES =
  /^(?:kube-controller-manager|kube-scheduler|(?:[\w-]+-)?cloud-controller-manager|k3s|k3s-etcd|rke2|rke2-etcd|plndr-cp-lock|k0s-endpoint-reconciler)$/;

/** Programs of the control plane and what it stands on, as the kernel shortens their names (`TASK_COMM_LEN`: 15 bytes). */
const PROCESSES =
  /^(?:etcd|kube-apiserver|kube-controller|kube-controller-manager|kube-scheduler|kubelet|hyperkube|k3s|k3s-server|rke2|rke2-server|containerd|dockerd|crio|haproxy|keepalived|kube-vip|k0s)$/;

/** Containers of static pods that are the control plane. */
const CONTAINERS = /^(?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kube-vip|haproxy|keepalived)$/;

/** `kube-system/kube-scheduler` → `kube-scheduler` */
export function leaseShortName(lease: string): string {
  return lease.slice(lease.lastIndexOf('/') + 1);
}

export function isControlPlaneLease(lease: string): boolean {
  return LEASES.test(leaseShortName(lease));
}

export function isControlPlaneProcess(process: string): boolean {
  return PROCESSES.test(process);
}

export function isControlPlaneContainer(container: string): boolean {
  return CONTAINERS.test(container);
}

/** The kernel's short name of a container's process: both tell of one kill. */
export function processOfContainer(container: string): string {
  return container.slice(0, 15).replace(/-$/, '');
}

/** The node a Lease's holder runs on: `HOST_UUID` (client-go), or the host alone; long and short host names are one machine's. */
export function nodeOfHolder(nodes: readonly string[], holder: string | null): string | null {
  if (holder === null || holder === '') return null;
  const host = holder.replace(/_[^_]*$/, '');
  const short = (name: string): string => name.split('.')[0] ?? name;
  return [holder, host].find((name) => nodes.includes(name)) ?? nodes.find((node) => short(node) === short(host)) ?? null;
}
