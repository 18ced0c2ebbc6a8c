"""Small files with the layout and the dirt of each data set of datasets/: the names of all columns in their order, all
types, and what real files have in them that is no plain number.
"""

import gzip
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

KDD = (
    "duration,protocol_type,service,flag,src_bytes,dst_bytes,land,wrong_fragment,urgent,hot,num_failed_logins,"
    "logged_in,num_compromised,root_shell,su_attempted,num_root,num_file_creations,num_shells,num_access_files,"
    "num_outbound_cmds,is_host_login,is_guest_login,count,srv_count,serror_rate,srv_serror_rate,rerror_rate,"
    "srv_rerror_rate,same_srv_rate,diff_srv_rate,srv_diff_host_rate,dst_host_count,dst_host_srv_count,"
    "dst_host_same_srv_rate,dst_host_diff_srv_rate,dst_host_same_src_port_rate,dst_host_srv_diff_host_rate,"
    "dst_host_serror_rate,dst_host_srv_serror_rate,dst_host_rerror_rate,dst_host_srv_rerror_rate,attack"
)
UNSW = (
    "id,dur,proto,service,state,spkts,dpkts,sbytes,dbytes,rate,sttl,dttl,sload,dload,sloss,dloss,sinpkt,dinpkt,sjit,"
    "djit,swin,stcpb,dtcpb,dwin,tcprtt,synack,ackdat,smean,dmean,trans_depth,response_body_len,ct_srv_src,"
    "ct_state_ttl,ct_dst_ltm,ct_src_dport_ltm,ct_dst_sport_ltm,ct_dst_src_ltm,is_ftp_login,ct_ftp_cmd,"
    "ct_flw_http_mthd,ct_src_ltm,ct_srv_dst,is_sm_ips_ports,attack_cat,label"
)
UNSW_RAW = (
    "srcip,sport,dstip,dsport,proto,state,dur,sbytes,dbytes,sttl,dttl,sloss,dloss,service,Sload,Dload,Spkts,Dpkts,"
    "swin,dwin,stcpb,dtcpb,smeansz,dmeansz,trans_depth,res_bdy_len,Sjit,Djit,Stime,Ltime,Sintpkt,Dintpkt,tcprtt,"
    "synack,ackdat,is_sm_ips_ports,ct_state_ttl,ct_flw_http_mthd,is_ftp_login,ct_ftp_cmd,ct_srv_src,ct_srv_dst,"
    "ct_dst_ltm,ct_src_ltm,ct_src_dport_ltm,ct_dst_sport_ltm,ct_dst_src_ltm,attack_cat,Label"
)
# With the blanks of the files.
CIC = (
    " Destination Port, Flow Duration, Total Fwd Packets, Total Backward Packets,Total Length of Fwd Packets,"
    " Total Length of Bwd Packets, Fwd Packet Length Max, Fwd Packet Length Min, Fwd Packet Length Mean,"
    " Fwd Packet Length Std,Bwd Packet Length Max, Bwd Packet Length Min, Bwd Packet Length Mean,"
    " Bwd Packet Length Std,Flow Bytes/s, Flow Packets/s, Flow IAT Mean, Flow IAT Std, Flow IAT Max, Flow IAT Min,"
    "Fwd IAT Total, Fwd IAT Mean, Fwd IAT Std, Fwd IAT Max, Fwd IAT Min,Bwd IAT Total, Bwd IAT Mean, Bwd IAT Std,"
    " Bwd IAT Max, Bwd IAT Min,Fwd PSH Flags, Bwd PSH Flags, Fwd URG Flags, Bwd URG Flags, Fwd Header Length,"
    " Bwd Header Length,Fwd Packets/s, Bwd Packets/s, Min Packet Length, Max Packet Length, Packet Length Mean,"
    " Packet Length Std, Packet Length Variance,FIN Flag Count, SYN Flag Count, RST Flag Count, PSH Flag Count,"
    " ACK Flag Count, URG Flag Count, CWE Flag Count, ECE Flag Count, Down/Up Ratio, Average Packet Size,"
    " Avg Fwd Segment Size, Avg Bwd Segment Size, Fwd Header Length,Fwd Avg Bytes/Bulk, Fwd Avg Packets/Bulk,"
    " Fwd Avg Bulk Rate, Bwd Avg Bytes/Bulk, Bwd Avg Packets/Bulk,Bwd Avg Bulk Rate,Subflow Fwd Packets,"
    " Subflow Fwd Bytes, Subflow Bwd Packets, Subflow Bwd Bytes,Init_Win_bytes_forward, Init_Win_bytes_backward,"
    " act_data_pkt_fwd, min_seg_size_forward,Active Mean, Active Std, Active Max, Active Min,Idle Mean, Idle Std,"
    " Idle Max, Idle Min, Label"
)
CIC_FLOWS = (
    "Flow ID, Source IP, Source Port, Destination IP, Destination Port, Protocol, Timestamp," + CIC.partition(",")[2]
)
CSE = (
    "Dst Port,Protocol,Timestamp,Flow Duration,Tot Fwd Pkts,Tot Bwd Pkts,TotLen Fwd Pkts,TotLen Bwd Pkts,"
    "Fwd Pkt Len Max,Fwd Pkt Len Min,Fwd Pkt Len Mean,Fwd Pkt Len Std,Bwd Pkt Len Max,Bwd Pkt Len Min,"
    "Bwd Pkt Len Mean,Bwd Pkt Len Std,Flow Byts/s,Flow Pkts/s,Flow IAT Mean,Flow IAT Std,Flow IAT Max,Flow IAT Min,"
    "Fwd IAT Tot,Fwd IAT Mean,Fwd IAT Std,Fwd IAT Max,Fwd IAT Min,Bwd IAT Tot,Bwd IAT Mean,Bwd IAT Std,Bwd IAT Max,"
    "Bwd IAT Min,Fwd PSH Flags,Bwd PSH Flags,Fwd URG Flags,Bwd URG Flags,Fwd Header Len,Bwd Header Len,Fwd Pkts/s,"
    "Bwd Pkts/s,Pkt Len Min,Pkt Len Max,Pkt Len Mean,Pkt Len Std,Pkt Len Var,FIN Flag Cnt,SYN Flag Cnt,RST Flag Cnt,"
    "PSH Flag Cnt,ACK Flag Cnt,URG Flag Cnt,CWE Flag Count,ECE Flag Cnt,Down/Up Ratio,Pkt Size Avg,Fwd Seg Size Avg,"
    "Bwd Seg Size Avg,Fwd Byts/b Avg,Fwd Pkts/b Avg,Fwd Blk Rate Avg,Bwd Byts/b Avg,Bwd Pkts/b Avg,Bwd Blk Rate Avg,"
    "Subflow Fwd Pkts,Subflow Fwd Byts,Subflow Bwd Pkts,Subflow Bwd Byts,Init Fwd Win Byts,Init Bwd Win Byts,"
    "Fwd Act Data Pkts,Fwd Seg Size Min,Active Mean,Active Std,Active Max,Active Min,Idle Mean,Idle Std,Idle Max,"
    "Idle Min,Label"
)
CSE_LONGER = "Flow ID,Src IP,Src Port,Dst IP," + CSE
TON = (
    "src_ip,src_port,dst_ip,dst_port,proto,service,duration,src_bytes,dst_bytes,conn_state,missed_bytes,src_pkts,"
    "src_ip_bytes,dst_pkts,dst_ip_bytes,dns_query,dns_qclass,dns_qtype,dns_rcode,dns_AA,dns_RD,dns_RA,dns_rejected,"
    "ssl_version,ssl_cipher,ssl_resumed,ssl_established,ssl_subject,ssl_issuer,http_trans_depth,http_method,http_uri,"
    "http_version,http_request_body_len,http_response_body_len,http_status_code,http_user_agent,http_orig_mime_types,"
    "http_resp_mime_types,weird_name,weird_addl,weird_notice,label,type"
)
NETFLOW = (
    "IPV4_SRC_ADDR,L4_SRC_PORT,IPV4_DST_ADDR,L4_DST_PORT,PROTOCOL,L7_PROTO,IN_BYTES,IN_PKTS,OUT_BYTES,OUT_PKTS,"
    "TCP_FLAGS,CLIENT_TCP_FLAGS,SERVER_TCP_FLAGS,FLOW_DURATION_MILLISECONDS,DURATION_IN,DURATION_OUT,MIN_TTL,MAX_TTL,"
    "LONGEST_FLOW_PKT,SHORTEST_FLOW_PKT,MIN_IP_PKT_LEN,MAX_IP_PKT_LEN,SRC_TO_DST_SECOND_BYTES,"
    "DST_TO_SRC_SECOND_BYTES,RETRANSMITTED_IN_BYTES,RETRANSMITTED_IN_PKTS,RETRANSMITTED_OUT_BYTES,"
    "RETRANSMITTED_OUT_PKTS,SRC_TO_DST_AVG_THROUGHPUT,DST_TO_SRC_AVG_THROUGHPUT,NUM_PKTS_UP_TO_128_BYTES,"
    "NUM_PKTS_128_TO_256_BYTES,NUM_PKTS_256_TO_512_BYTES,NUM_PKTS_512_TO_1024_BYTES,NUM_PKTS_1024_TO_1514_BYTES,"
    "TCP_WIN_MAX_IN,TCP_WIN_MAX_OUT,ICMP_TYPE,ICMP_IPV4_TYPE,DNS_QUERY_ID,DNS_QUERY_TYPE,DNS_TTL_ANSWER,"
    "FTP_COMMAND_RET_CODE,Label,Attack"
)

# The rows of each type.
UNSW_TYPES = {
    "Normal": 300, "Generic": 200, "Exploits": 160, "Fuzzers": 140, "DoS": 120, "Reconnaissance": 100, "Analysis": 40,
    "Backdoor": 36, "Shellcode": 32, "Worms": 12,
}  # fmt: skip
KDD_TYPES = {
    "normal.": 300,
    "back.": 10, "land.": 4, "neptune.": 100, "pod.": 5, "smurf.": 75, "teardrop.": 6,
    "ipsweep.": 60, "nmap.": 20, "portsweep.": 40, "satan.": 80,
    "ftp_write.": 4, "guess_passwd.": 20, "imap.": 5, "multihop.": 4, "phf.": 3, "spy.": 2, "warezclient.": 30,
    "warezmaster.": 12,
    "buffer_overflow.": 30, "loadmodule.": 9, "perl.": 3, "rootkit.": 10,
}  # fmt: skip
# By file. The dash of the first is U+FFFD, as in the form for machine learning.
CIC_TYPES = {
    "Monday-WorkingHours": {"BENIGN": 100},
    "Tuesday-WorkingHours": {"BENIGN": 60, "FTP-Patator": 40, "SSH-Patator": 40},
    "Wednesday-workingHours": {
        "BENIGN": 40, "DoS Hulk": 60, "DoS GoldenEye": 40, "DoS slowloris": 30, "DoS Slowhttptest": 30,
        "Heartbleed": 11, "DoS Hulk - Attempted": 7,
    },
    "Thursday-WorkingHours-Morning-WebAttacks": {
        "BENIGN": 40, "Web Attack \ufffd Brute Force": 20, "Web Attack \ufffd XSS": 12,
        "Web Attack \ufffd Sql Injection": 4,
    },
    "Thursday-WorkingHours-Afternoon-Infilteration": {"BENIGN": 30, "Infiltration": 12},
    "Friday-WorkingHours-Morning": {"BENIGN": 30, "Bot": 36},
    "Friday-WorkingHours-Afternoon-PortScan": {"PortScan": 120},
    "Friday-WorkingHours-Afternoon-DDos": {"DDoS": 120},
}  # fmt: skip
CSE_TYPES = {
    "Wednesday-14-02-2018": {"Benign": 30, "FTP-BruteForce": 60, "SSH-Bruteforce": 60},
    "Thursday-15-02-2018": {"Benign": 30, "DoS attacks-GoldenEye": 40, "DoS attacks-Slowloris": 40},
    "Friday-16-02-2018": {"Benign": 30, "DoS attacks-SlowHTTPTest": 40, "DoS attacks-Hulk": 40},
    "Thuesday-20-02-2018": {"Benign": 30, "DDoS attacks-LOIC-HTTP": 60},
    "Wednesday-21-02-2018": {"Benign": 30, "DDOS attack-HOIC": 60, "DDOS attack-LOIC-UDP": 60},
    "Thursday-22-02-2018": {"Benign": 30, "Brute Force -Web": 8, "Brute Force -XSS": 6, "SQL Injection": 4},
    "Friday-23-02-2018": {"Benign": 30, "Brute Force -Web": 7, "Brute Force -XSS": 6, "SQL Injection": 4},
    "Wednesday-28-02-2018": {"Benign": 30, "Infilteration": 50},
    "Thursday-01-03-2018": {"Benign": 30, "Infilteration": 40},
    "Friday-02-03-2018": {"Benign": 30, "Bot": 100},
}
TON_TYPES = {
    "normal": 200, "backdoor": 100, "ddos": 100, "dos": 100, "injection": 100, "mitm": 30, "password": 100,
    "ransomware": 100, "scanning": 100, "xss": 100,
}  # fmt: skip


def write_small(dataset: str, folder: Path) -> None:
    """Write the files of a data set, by the name of its description, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in FILES[dataset]().items():
        (folder / name).write_bytes(content)


def _frame(names: str, label: str, types: Mapping[str, int], seed: int) -> pd.DataFrame:
    """Return rows of texts in a random order: the types, and numbers in all other columns."""
    rng = np.random.default_rng(seed)
    of = rng.permutation(np.repeat(list(types), list(types.values())))
    # A name that is there twice is told apart here alone.
    columns = [name.strip() + " " * names.split(",")[:i].count(name) for i, name in enumerate(names.split(","))]
    numbers = rng.integers(0, 1000, (len(of), len(columns))).astype(str)
    frame = pd.DataFrame(numbers, columns=columns, dtype=object)
    frame[label] = of
    return frame


def _among(frame: pd.DataFrame, seed: int, **columns: Sequence[str]) -> None:
    """Fill columns with texts drawn from those given."""
    rng = np.random.default_rng(seed)
    for name, texts in columns.items():
        frame[name] = rng.choice(texts, len(frame))


def _text(frame: pd.DataFrame, header: str = "", end: str = "\n") -> str:
    lines = [header] * bool(header) + [",".join(row) for row in frame.to_numpy().tolist()]
    return "".join(line + end for line in lines)


def _addresses(n: int, net: str) -> list[str]:
    return [f"{net}.{i % 250}" for i in range(n)]


def _kdd99() -> dict[str, bytes]:
    frame = _frame(KDD, "attack", KDD_TYPES, 0)
    _among(frame, 1, protocol_type=["tcp", "udp", "icmp"], service=["http", "private", "ecr_i"], flag=["SF", "S0"])
    rates = [name for name in KDD.split(",") if name.endswith("_rate")]
    _among(frame, 2, **dict.fromkeys(rates, ("0.00", "0.50", "1.00")))
    frame[["num_outbound_cmds", "is_host_login"]] = "0"
    # A flood repeats itself.
    flood = frame["attack"] == "smurf."
    frame.loc[flood] = frame[flood].iloc[0].to_numpy()
    return {"kddcup.data_10_percent.gz": gzip.compress(_text(frame).encode(), mtime=0)}


def _unsw_rows(seed: int) -> pd.DataFrame:
    frame = _frame(UNSW, "attack_cat", UNSW_TYPES, seed)
    _among(frame, seed, proto=["tcp", "udp", "arp"], service=["-", "http", "ftp"], state=["FIN", "INT", "CON"])
    _among(frame, seed, dur=["0.000011", "1.5"], is_ftp_login=["0", "1", "2", "4"])
    normal = frame["attack_cat"] == "Normal"
    frame["label"] = np.where(normal, "0", "1")
    frame["sttl"] = np.where(normal, "31", "254")
    # Flows that are of two classes: the features of one are those of the other.
    of = {name: frame.index[frame["attack_cat"] == name] for name in ("DoS", "Exploits")}
    features = [name for name in UNSW.split(",") if name not in ("id", "attack_cat")]
    frame.loc[of["Exploits"][:20], features] = frame.loc[of["DoS"][:20], features].to_numpy()
    frame["id"] = [str(i + 1) for i in range(len(frame))]
    return frame


def _with_duplicates(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame[frame["attack_cat"] == "Normal"][:60].assign(id="9997")])


def _unsw() -> dict[str, bytes]:
    train, test = _with_duplicates(_unsw_rows(0)), _unsw_rows(1)
    # What training has, too, and what it has not.
    normal = train["attack_cat"] == "Normal"
    test = pd.concat([test, train[normal][:50].assign(id="9999"), train[normal][:3].assign(state="ACC", id="9998")])
    frames = {"UNSW_NB15_training-set.csv": train, "UNSW_NB15_testing-set.csv": test}
    return {name: b"\xef\xbb\xbf" + _text(frame, UNSW, "\r\n").encode() for name, frame in frames.items()}


def _unsw_82k() -> dict[str, bytes]:
    frame = _with_duplicates(_unsw_rows(0))
    return {"UNSW_NB15_training-set.csv": b"\xef\xbb\xbf" + _text(frame, UNSW, "\r\n").encode()}


def _unsw_raw() -> dict[str, bytes]:
    parts = []
    for i in range(4):
        types = {name: n // 4 for name, n in UNSW_TYPES.items()}
        frame = _frame(UNSW_RAW, "attack_cat", types, i)
        n = len(frame)
        frame["srcip"], frame["dstip"] = _addresses(n, "59.166.0"), _addresses(n, "149.171.126")
        _among(frame, i, sport=["1390", "-"], dsport=["53", "0x000b"], proto=["tcp", "udp"], state=["FIN", "CON"])
        _among(frame, i, service=["-", "dns"], dur=["0.001055", "1.5"])
        _among(frame, i, ct_flw_http_mthd=["", "1"], is_ftp_login=["", "0", "1"], ct_ftp_cmd=[" ", "0", "4"])
        frame["Stime"] = [str(1421927377 + 100 * i + j // 4) for j in range(n)]
        frame["Label"] = np.where(frame["attack_cat"] == "Normal", "0", "1")
        spelt = (
            {"Normal": ""} | ({"Fuzzers": " Fuzzers"} if i == 0 else {}) | ({"Backdoor": "Backdoors"} if i > 1 else {})
        )
        parts.append(_text(frame.replace({"attack_cat": spelt})).encode())
    parts[0] = b"\xef\xbb\xbf" + parts[0]
    return {f"UNSW-NB15_{i + 1}.csv": part for i, part in enumerate(parts)}


def _cic_rows(names: str, types: Mapping[str, int], seed: int) -> pd.DataFrame:
    frame = _frame(names, "Label", types, seed)
    bulks = [name.strip() for name in CIC.split(",") if "Bulk" in name]
    frame[["Bwd PSH Flags", "Fwd URG Flags", "Bwd URG Flags", "CWE Flag Count", *bulks]] = "0"
    _among(frame, seed, **{"Init_Win_bytes_forward": ["-1", "8192"], "Init_Win_bytes_backward": ["-1", "0"]})
    frame.loc[3, ["Flow Bytes/s", "Flow Packets/s"]] = "Infinity"
    frame.loc[5, ["Flow Bytes/s", "Flow Packets/s"]] = ["NaN", "Infinity"]
    frame.loc[6, ["Flow IAT Min", "Fwd Header Length"]] = ["-12", "-32212234632"]
    return frame


def _cic() -> dict[str, bytes]:
    files = {name: _cic_rows(CIC, types, i) for i, (name, types) in enumerate(CIC_TYPES.items())}
    return {f"{name}.pcap_ISCX.csv": _text(frame, CIC).encode() for name, frame in files.items()}


def _cic_flows() -> dict[str, bytes]:
    files = {}
    for i, (name, types) in enumerate(CIC_TYPES.items()):
        frame = _cic_rows(CIC_FLOWS, types, i)
        n = len(frame)
        frame["Source IP"], frame["Destination IP"] = _addresses(n, "172.16.0"), _addresses(n, "192.168.10")
        frame["Flow ID"] = frame["Source IP"] + "-" + frame["Destination IP"] + "-80-6"
        frame["Timestamp"] = [f"7/7/2017 {1 + j % 12}:{j % 60:02}" for j in range(n)]
        _among(frame, i, Protocol=["6", "17", "0"])
        text = _text(frame, CIC_FLOWS).replace("\ufffd", "\u2013")
        if "WebAttacks" in name:
            text += 50 * ("," * CIC_FLOWS.count(",") + "\n")
        if "Infilteration" in name:  # saved by pandas
            header = ",".join(part.strip() for part in CIC_FLOWS.split(","))
            header = header.replace("Fwd Header Length,Fwd Avg", "Fwd Header Length.1,Fwd Avg")
            text = _text(frame.assign(Protocol=frame["Protocol"] + ".0"), header)
        files[f"{name}.pcap_ISCX.csv"] = text.encode("cp1252")
    return files


def _cse() -> dict[str, bytes]:
    files = {}
    for i, (name, types) in enumerate(CSE_TYPES.items()):
        header = CSE_LONGER if "20-02" in name else CSE
        frame = _frame(header, "Label", types, i)
        frame["Timestamp"] = [f"14/02/2018 08:{j % 60:02}:01" for j in range(len(frame))]
        _among(frame, i, Protocol=["6", "17", "0"])
        frame["Bwd PSH Flags"] = "0"
        frame.loc[3, ["Flow Byts/s", "Flow Pkts/s"]] = ["NaN", "Infinity"]
        lines = _text(frame, header).splitlines(keepends=True)
        if "01-03" in name:
            lines[20:20] = lines[50:50] = [lines[0]]
        files[f"{name}_TrafficForML_CICFlowMeter.csv"] = "".join(lines).encode()
    return files


def _ton() -> dict[str, bytes]:
    frame = _frame(TON, "type", TON_TYPES, 0)
    # Without addresses a third of the rows of normal traffic are alike.
    same = frame.index[frame["type"] == "normal"][:70]
    names = TON.split(",")
    numbers = {"duration", "missed_bytes", *(name for name in names if name.endswith(("_bytes", "_pkts", "_len")))}
    absent = [name for name in names if name not in numbers | {"src_port", "dst_port", "label", "type"}]
    _among(frame, 1, **dict.fromkeys(absent, ("-",)))
    _among(frame, 2, proto=["tcp", "udp"], service=["-", "dns"], conn_state=["S0", "SF"], duration=["0", "0.000082"])
    _among(frame, 3, dns_qclass=["0", "1"], dns_rcode=["0", "3"], http_trans_depth=["-", "1"], dns_AA=["-", "F", "T"])
    _among(frame, 4, dns_query=["-", "a.example"], http_uri=["-", "/xss?a=<b>"], http_user_agent=["-", "Nmap"])
    features = [name for name in names if name not in ("src_ip", "src_port", "dst_ip", "dst_port", "type")]
    frame.loc[same, features] = frame.loc[same[0], features].to_numpy()
    frame["src_ip"], frame["dst_ip"] = _addresses(len(frame), "192.168.1"), _addresses(len(frame), "192.168.2")
    frame["label"] = np.where(frame["type"] == "normal", "0", "1")
    return {"train_test_network.csv": _text(frame, TON).encode()}


def _netflow() -> dict[str, bytes]:
    types = {name.replace("Normal", "Benign"): n for name, n in UNSW_TYPES.items()}
    frame = _frame(NETFLOW, "Attack", types, 0)
    frame["IPV4_SRC_ADDR"], frame["IPV4_DST_ADDR"] = (
        _addresses(len(frame), "59.166.0"),
        _addresses(len(frame), "10.40.0"),
    )
    _among(frame, 1, PROTOCOL=["6", "17"], L7_PROTO=["0.0", "7.0", "5.119", "7"], TCP_FLAGS=["0", "27"])
    _among(frame, 2, CLIENT_TCP_FLAGS=["0", "27"], SERVER_TCP_FLAGS=["0", "27"], ICMP_IPV4_TYPE=["0", "8"])
    _among(frame, 3, DNS_QUERY_TYPE=["0", "1"], FTP_COMMAND_RET_CODE=["0.0", "331.0"])
    _among(frame, 4, SRC_TO_DST_SECOND_BYTES=["120.0", "1.2e305"], DST_TO_SRC_SECOND_BYTES=["80.0", "inf"])
    frame.loc[:19, "DST_TO_SRC_AVG_THROUGHPUT"] = "inf"
    frame.loc[20:29, "DST_TO_SRC_AVG_THROUGHPUT"] = ""
    frame["Label"] = np.where(frame["Attack"] == "Benign", "0", "1")
    return {"NF-UNSW-NB15-v2.csv": _text(frame, NETFLOW).encode()}


FILES: dict[str, Callable[[], dict[str, bytes]]] = {
    "kdd99": _kdd99,
    "unsw-nb15": _unsw,
    "unsw-nb15-82k": _unsw_82k,
    "unsw-nb15-raw": _unsw_raw,
    "cic-ids2017": _cic,
    "cic-ids2017-flows": _cic_flows,
    "cse-cic-ids2018": _cse,
    "ton-iot": _ton,
    "netflow-v2": _netflow,
}
