package main

import (
	"archive/zip"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const proofFormat = "c2sp.org/tlog-proof@v1"

// judgeBundle checks every proof in a WACZ: that each entry is in the log, and that the log goes
// on from each earlier checkpoint.
func judgeBundle(wacz string, key note.Verifier) error {
	files, err := unpacked(wacz)
	if err != nil {
		return err
	}
	entries, earlier := 0, 0
	for name, octets := range files {
		stem := strings.TrimSuffix(name, path.Ext(name))
		switch path.Ext(name) {
		case ".entry":
			entries++
			err = included(octets, path.Base(stem), files[stem+".tlog-proof"], key)
		case ".consistency":
			earlier++
			err = grown(octets, files[stem+".checkpoint"], key)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if entries == 0 {
		return fmt.Errorf("no entries: nothing to judge")
	}
	fmt.Printf("%d entries, %d earlier checkpoints, verified\n", entries, earlier)
	return nil
}

func unpacked(wacz string) (map[string]string, error) {
	packed, err := zip.OpenReader(wacz)
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	files := make(map[string]string)
	for _, member := range packed.File {
		file, err := member.Open()
		if err != nil {
			return nil, err
		}
		octets, err := io.ReadAll(file)
		if err != nil {
			return nil, err
		}
		files[member.Name] = string(octets)
	}
	return files, nil
}

// included checks a C2SP tlog-proof of an entry at index.
func included(entry, index, proof string, key note.Verifier) error {
	lines, hashes, signed, err := parts(proof, 2, key)
	if err != nil {
		return err
	}
	if lines[0] != proofFormat || lines[1] != "index "+index {
		return fmt.Errorf("no proof of entry %s: %q", index, lines)
	}
	n, err := strconv.ParseInt(index, 10, 64)
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash([]byte(entry))
	return tlog.CheckRecord(hashes, signed.N, signed.Hash, n, leaf)
}

// grown checks a proof in the form of a request to a witness (C2SP tlog-witness).
func grown(proof, checkpoint string, key note.Verifier) error {
	older, err := signedTree([]byte(checkpoint), key)
	if err != nil {
		return err
	}
	lines, hashes, signed, err := parts(proof, 1, key)
	if err != nil {
		return err
	}
	if lines[0] != fmt.Sprintf("old %d", older.N) {
		return fmt.Errorf("no proof of growth from %d entries: %q", older.N, lines)
	}
	return tlog.CheckTree(tlog.TreeProof(hashes), signed.N, signed.Hash, older.N, older.Hash)
}

// parts takes a proof apart: so many lines, hashes, a blank line, and a signed checkpoint.
func parts(proof string, first int, key note.Verifier) ([]string, tlog.RecordProof, tlog.Tree, error) {
	cut := strings.Index(proof, "\n\n")
	lines := strings.Split(proof[:cut+1], "\n")
	if cut < 0 || len(lines) <= first {
		return nil, nil, tlog.Tree{}, fmt.Errorf("no proof: %.40q", proof)
	}
	hashes := tlog.RecordProof{}
	for _, line := range lines[first : len(lines)-1] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, nil, tlog.Tree{}, err
		}
		hashes = append(hashes, hash)
	}
	signed, err := signedTree([]byte(proof[cut+2:]), key)
	return lines[:first], hashes, signed, err
}
