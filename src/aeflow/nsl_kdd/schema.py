"""The 43 columns of NSL-KDD, its five classes and the attacks that belong to them.

Tavallaee, Bagheri, Lu, Ghorbani, "A Detailed Analysis of the KDD CUP 99 Data Set", CISDA 2009.
"""

from typing import Literal

Kind = Literal["category", "count", "flag", "rate"]

# count: a whole number from 0 up. flag: 0 or 1. rate: from 0 to 1 in steps of 0.01.
# su_attempted is documented as a flag, but holds a 2 in 59 training rows: a count.
FEATURES: dict[str, Kind] = {
    "duration": "count",
    "protocol_type": "category",
    "service": "category",
    "flag": "category",
    "src_bytes": "count",
    "dst_bytes": "count",
    "land": "flag",
    "wrong_fragment": "count",
    "urgent": "count",
    "hot": "count",
    "num_failed_logins": "count",
    "logged_in": "flag",
    "num_compromised": "count",
    "root_shell": "flag",
    "su_attempted": "count",
    "num_root": "count",
    "num_file_creations": "count",
    "num_shells": "count",
    "num_access_files": "count",
    "num_outbound_cmds": "count",
    "is_host_login": "flag",
    "is_guest_login": "flag",
    "count": "count",
    "srv_count": "count",
    "serror_rate": "rate",
    "srv_serror_rate": "rate",
    "rerror_rate": "rate",
    "srv_rerror_rate": "rate",
    "same_srv_rate": "rate",
    "diff_srv_rate": "rate",
    "srv_diff_host_rate": "rate",
    "dst_host_count": "count",
    "dst_host_srv_count": "count",
    "dst_host_same_srv_rate": "rate",
    "dst_host_diff_srv_rate": "rate",
    "dst_host_same_src_port_rate": "rate",
    "dst_host_srv_diff_host_rate": "rate",
    "dst_host_serror_rate": "rate",
    "dst_host_srv_serror_rate": "rate",
    "dst_host_rerror_rate": "rate",
    "dst_host_srv_rerror_rate": "rate",
}
CATEGORIES = tuple(name for name, kind in FEATURES.items() if kind == "category")
WHOLE = tuple(name for name, kind in FEATURES.items() if kind in ("count", "flag"))
ATTACK = "attack"
# How many of 21 learners classified the row rightly: known only with the answer, so never a feature.
DIFFICULTY = "difficulty"
COLUMNS = (*FEATURES, ATTACK, DIFFICULTY)

# Sorted, so that a class's position is the code that LabelEncoder would give it.
CLASSES = ("Dos", "Normal", "Probe", "R2L", "U2R")
MAJORITY = ("Normal", "Dos")
MINORITY = ("R2L", "U2R")

# The one mapping under which KDDTest+ has the paper's counts: U2R 200, R2L 2754, Dos 7458.
_ATTACKS = {
    "Dos": "apache2 back land mailbomb neptune pod processtable smurf teardrop udpstorm",
    "Normal": "normal",
    "Probe": "ipsweep mscan nmap portsweep saint satan",
    "R2L": (
        "ftp_write guess_passwd imap multihop named phf sendmail snmpgetattack snmpguess spy "
        "warezclient warezmaster worm xlock xsnoop"
    ),
    "U2R": "buffer_overflow httptunnel loadmodule perl ps rootkit sqlattack xterm",
}
CLASS_OF_ATTACK = {attack: name for name, attacks in _ATTACKS.items() for attack in attacks.split()}
