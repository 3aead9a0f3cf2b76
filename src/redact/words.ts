/** Words of Kubernetes, etcd and machines in general: they identify nobody, and replacing them would break sentences. */
const GENERIC: ReadonlySet<string> = new Set(
  [
    'etcd etcdctl etcdutl etcds kube kubernetes k8s k3s rke rke2 k0s kubeadm kubelet kubectl kubelets microk8s talos openshift rancher minikube kind',
    'apiserver kube-apiserver controller manager kube-controller-manager scheduler kube-scheduler proxy kube-proxy cloud coredns dns calico cilium flannel canal',
    'control plane controlplane control-plane master masters main worker workers node nodes host hosts member members machine server servers client clients peer peers',
    'localhost localdomain localhost4 localhost6 loopback local default system systems public internal external lease leases endpoint endpoints operator',
    'ca crt cert certs certificate certificates root intermediate issuer signer tls ssl pki key keys secret token front healthcheck health check admin user users',
    'service services svc pod pods cluster clusters namespace config data db database backup backups snapshot test tests example domain name names local',
    'leader follower candidate learner voter raft term index vote election quorum heartbeat wal snap revision compaction alarm none null nil true false unknown',
    'api www mail smtp ntp time pool git registry docker containerd crio haproxy keepalived nginx vip lb frontend backend load balancer gateway router ingress',
    'log logs journal kernel systemd sshd cron chronyd sudo info warn warning error errors fatal panic debug trace message messages start started stop stopped',
    'core ubuntu centos debian fedora rocky alma suse opensuse redhat rhel vagrant ec2-user ec2 azureuser opc core-user rancheruser operator nobody daemon bin guest',
    'kube-system kube-public node-lease etcd-ca kubernetes-ca front-proxy-ca etcd-server etcd-peer etcd-client request requests response network disk memory cpu',
    'primary secondary standby active passive new old current previous first second third one two three north south east west home var lib run tmp etc opt usr srv',
    'bundle support collected dump diagnostics report output results common shared cp the and for not with from to at in on of is was as by it self a an or no',
    'authenticated masters bootstrappers unauthenticated anonymous serviceaccount serviceaccounts aggregator agent cni csi cri monitoring metrics prometheus grafana',
    'com net org io dev corp lan arpa prod production staging stage dev development qa sha256 https http unix tcp udp inet inet6 stdout stderr file files',
  ].flatMap((line) => line.split(' ')),
);

/** Domains of projects and vendors that occur in every cluster's logs. */
const PUBLIC_DOMAINS =
  /(?:^|\.)(?:cluster\.local|localdomain|localhost|kubernetes\.io|k8s\.io|etcd\.io|github\.com|github\.io|gitlab\.com|golang\.org|go\.dev|google\.golang\.org|gcr\.io|googleapis\.com|ghcr\.io|quay\.io|docker\.io|docker\.com|gopkg\.in|sigs\.k8s\.io|openshift\.io|openshift\.com|coreos\.com|cattle\.io|rancher\.io|rancher\.com|k3s\.io|microsoft\.com|redhat\.com|ubuntu\.com|debian\.org|fedoraproject\.org|ntp\.org|cloudflare\.com|grpc\.io|cncf\.io|prometheus\.io|projectcalico\.org|cilium\.io|systemd\.io|freedesktop\.org|mozilla\.org|openssl\.org|w3\.org|haproxy\.org|svc|example\.test|in-addr\.arpa|ip6\.arpa)$/i;

/** True for a word that says nothing about whose cluster this is: known words, numbers, single letters. */
export function isGenericWord(word: string): boolean {
  return word.length < 2 || /^[\d.]+$/.test(word) || /^[0-9a-f]{16,}$/i.test(word) || GENERIC.has(word.toLowerCase());
}

/** True when a text is made of generic words only: `kube-apiserver-etcd-client`, `system:masters`, `Kubernetes CA`. */
export function isGeneric(text: string): boolean {
  return isGenericWord(text) || text.split(/[^A-Za-z0-9\u0080-\u{10ffff}]+/u).every((word) => isGenericWord(word) || isGenericWord(word.replace(/\d+$/, '')));
}

export function isPublicDomain(name: string): boolean {
  return PUBLIC_DOMAINS.test(name);
}
