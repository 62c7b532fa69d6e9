"""What a bundle says to somebody who has only unpacked it."""

README = """\
This file is part of a WACZ bundle made by `dateline prove`: one archived web document with
everything that a third party needs to check it.  Nothing in the bundle has to be trusted but the
key of the log, which must be had from somewhere else than from here (log.vkey beside this file
is a convenience for recognising it).


WHAT IS PROVEN

This proves that the archive has held exactly these bytes, under this URL and claimed capture
time, since no later than T, and has not altered its record since.  It does not prove that the
website sent them, nor that nothing was left out; for that, compare independent captures.

T is the time of the stamp in anchor-*.tsr, where there is one.  Without a stamp, a witness's
signature or a checkpoint that you kept yourself, whoever runs the archive could have written all
of it anew and signed it again.


HOW TO CHECK IT

    dateline verify FILE.wacz --vkey KEY [--pin CHECKPOINT] [--tsa-cert PEM] [--witness-policy FILE]

does all of the following, offline.  By hand, in the unpacked bundle:

1. The files are whole: `sha256sum archive/* indexes/* pages/* provenance/*` gives the hashes that
   datapackage.json names.
2. The log was signed: checkpoint is a signed note (C2SP signed-note, tlog-checkpoint) by the key:
   its three lines are the log's name, its size and the root of its Merkle tree (RFC 6962).
3. The entries are in the log: for each N.entry, N.tlog-proof (C2SP tlog-proof) leads from
   SHA-256(0x00, the entry) to that root.
4. The records are those that the entries name: archive/data.warc.gz holds them, each under its id
   with the SHA-256 of its block; `entity` is the body without transfer-coding, `decoded` without
   content-coding as well.
5. The text follows: `sha256sum *.txt *.json` gives the names of those files, which are the `text`
   and `document` of the extraction entries.  They were read out of the bytes by config.yaml.
6. The time: where there is a stamp over an earlier checkpoint of SIZE entries,
       openssl ts -verify -in anchor-SIZE.tsr -data anchor-SIZE.checkpoint -CAfile anchor-SIZE.pem
   holds (with a -CAfile of your own choice), and anchor-SIZE.consistency proves that the log has
   since only grown.  The entries with an index below SIZE existed at that time.
7. The page: any WACZ player (ReplayWeb.page) or pywb replays it.  Only the page itself was
   captured, not its images or styles.


FILES

checkpoint              the signed state of the log that everything here is proven against
N.entry, N.tlog-proof   an entry, octet for octet, and the proof that it stands at index N
*.txt, *.json           clean texts, and what else was read out of the page
config.yaml             the declaration by which it was fetched and read
anchor-SIZE.*           an earlier checkpoint, its time stamp (RFC 3161), the certificates that
                        came with it, and the proof that the log has since only grown
witnessed-SIZE.*        an earlier checkpoint with the signatures of witnesses, and that proof
log.vkey                the key that the archive publishes
"""
