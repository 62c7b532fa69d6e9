// What Go's own transparency log says of ours: every entry is in the signed tree.
//
//	ledger ARCHIVE VKEY [OLDER-CHECKPOINT]...
//
// opens ARCHIVE/log/checkpoint with the key in the file VKEY, builds the tree anew out of the
// entries alone, compares every tile with it, proves entries by the tiles, and proves that the
// log goes on from each older checkpoint.
//
//	ledger FILE.wacz VKEY
//
// checks the proofs in a bundle.  Exits 0 only if all of it holds.
//
// It needs Debian's golang-go and golang-golang-x-mod-dev, and no module proxy:
// GO111MODULE=off GOPATH=/usr/share/gocode go build -o ledger tests/judges/*.go
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height     = 8       // of a tile, in levels: 256 hashes side by side
	mostProven = 1 << 11 // of a longer log, so many entries are proven, evenly chosen
)

// A folder of tiles, as tlog-tiles lays it out.
type folder string

func (log folder) Height() int { return height }

func (log folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (log folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for i, tile := range tiles {
		octets, err := os.ReadFile(log.path(tile))
		if err != nil {
			return nil, err
		}
		read[i] = octets
	}
	return read, nil
}

// x/mod says the height in a path, and "data" where tlog-tiles says "entries".
func (log folder) path(tile tlog.Tile) string {
	said := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	if tile.L == -1 {
		said = "entries" + strings.TrimPrefix(said, "data")
	}
	return filepath.Join(string(log), "tile", filepath.FromSlash(said))
}

// entries calls tell with every entry of the first size, in order.
func (log folder) entries(size int64, tell func(index int64, entry []byte) error) error {
	for n := int64(0); n<<height < size; n++ {
		bundle := tlog.Tile{H: height, L: -1, N: n, W: widest(n, size)}
		octets, err := os.ReadFile(log.path(bundle))
		if err != nil {
			return err
		}
		bounds, err := split(octets, bundle.W)
		if err != nil {
			return fmt.Errorf("%s: %w", log.path(bundle), err)
		}
		for i := 0; i < bundle.W; i++ {
			if err := tell(n<<height+int64(i), octets[bounds[i]+2:bounds[i+1]]); err != nil {
				return err
			}
		}
		if bundle.W < 1<<height {
			bundle.W = 1
		}
		for ; bundle.W < len(bounds); bundle.W++ {
			if err := log.holds(bundle, octets[:bounds[bundle.W]], size); err != nil {
				return err
			}
		}
	}
	return nil
}

// split finds where each of so many entries begins in a bundle, and where the last one ends.
func split(octets []byte, entries int) ([]int, error) {
	bounds := []int{0}
	for i := 0; i < entries; i++ {
		rest := octets[bounds[i]:]
		if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
			return nil, fmt.Errorf("ends in the midst of entry %d", i)
		}
		bounds = append(bounds, bounds[i]+2+int(binary.BigEndian.Uint16(rest)))
	}
	return bounds, nil
}

// holds compares a tile or bundle.  Narrower ones than a log of this size needs are left by
// earlier checkpoints: they may be missing, but never differ.
func (log folder) holds(tile tlog.Tile, want []byte, size int64) error {
	have, err := os.ReadFile(log.path(tile))
	level := uint(0)
	if tile.L > 0 {
		level = uint(tile.L)
	}
	if os.IsNotExist(err) && tile.W < widest(tile.N, size>>(height*level)) {
		return nil
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(have, want) {
		return fmt.Errorf("%s is not what the entries make it", log.path(tile))
	}
	return nil
}

// widest says how many hashes tile n of a level has that holds so many.
func widest(n, hashes int64) int {
	if left := hashes - n<<height; left < 1<<height {
		return int(left)
	}
	return 1 << height
}

// A tree in memory, built by x/mod out of entries alone.
type tree []tlog.Hash

func (hashes *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	read := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(*hashes)) {
			return nil, fmt.Errorf("no hash %d in a tree of %d", index, len(*hashes))
		}
		read[i] = (*hashes)[index]
	}
	return read, nil
}

func (hashes *tree) add(index int64, entry []byte) error {
	more, err := tlog.StoredHashes(index, entry, hashes)
	*hashes = append(*hashes, more...)
	return err
}

// open reads a file with a checkpoint.
func open(path string, key note.Verifier) (tlog.Tree, error) {
	octets, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := signedTree(octets, key)
	if err != nil {
		return signed, fmt.Errorf("%s: %w", path, err)
	}
	return signed, nil
}

// signedTree reads a checkpoint that key has signed (C2SP tlog-checkpoint).
func signedTree(checkpoint []byte, key note.Verifier) (signed tlog.Tree, err error) {
	opened, err := note.Open(checkpoint, note.VerifierList(key))
	if err != nil {
		return signed, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != key.Name() {
		return signed, fmt.Errorf("no checkpoint of %s: %q", key.Name(), opened.Text)
	}
	if signed.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return signed, err
	}
	signed.Hash, err = tlog.ParseHash(lines[2])
	return signed, err
}

// sameTiles compares every tile that a log of this size has with the tree of its entries.
func (log folder) sameTiles(size int64, hashes *tree) error {
	for _, tile := range tlog.NewTiles(height, 0, size) {
		want, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return err
		}
		if err := log.holds(tile, want, size); err != nil {
			return err
		}
	}
	return nil
}

// proven proves entries by the tiles alone, all of them or mostProven at most.
func proven(signed tlog.Tree, byTiles tlog.HashReader, hashes *tree) error {
	step := 1 + (signed.N-1)/mostProven
	for index := int64(0); index < signed.N; index += step {
		proof, err := tlog.ProveRecord(signed.N, index, byTiles)
		if err != nil {
			return err
		}
		leaf := (*hashes)[tlog.StoredHashIndex(0, index)]
		if err := tlog.CheckRecord(proof, signed.N, signed.Hash, index, leaf); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return nil
}

// continues proves that the log goes on from an older checkpoint.
func continues(older, signed tlog.Tree, byTiles tlog.HashReader) error {
	proof, err := tlog.ProveTree(signed.N, older.N, byTiles)
	if err != nil {
		return fmt.Errorf("from %d to %d entries: %w", older.N, signed.N, err)
	}
	return tlog.CheckTree(proof, signed.N, signed.Hash, older.N, older.Hash)
}

func judgeLog(archive string, key note.Verifier, olderPaths []string) error {
	log := folder(filepath.Join(archive, "log"))
	signed, err := open(filepath.Join(string(log), "checkpoint"), key)
	if err != nil {
		return err
	}
	if signed.N == 0 {
		return fmt.Errorf("an empty log: nothing to judge")
	}
	hashes := new(tree)
	if err := log.entries(signed.N, hashes.add); err != nil {
		return err
	}
	root, err := tlog.TreeHash(signed.N, hashes)
	if err != nil {
		return err
	}
	if root != signed.Hash {
		return fmt.Errorf("the entries hash to %s, the checkpoint says %s", root, signed.Hash)
	}
	if err := log.sameTiles(signed.N, hashes); err != nil {
		return err
	}
	byTiles := tlog.TileHashReader(signed, log)
	if err := proven(signed, byTiles, hashes); err != nil {
		return err
	}
	for _, path := range olderPaths {
		older, err := open(path, key)
		if err != nil {
			return err
		}
		if err := continues(older, signed, byTiles); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	fmt.Printf("%d entries, root %s, %d older checkpoints, verified\n", signed.N, root, len(olderPaths))
	return nil
}

func judge(what, vkey string, older []string) error {
	said, err := os.ReadFile(vkey)
	if err != nil {
		return err
	}
	key, err := note.NewVerifier(strings.TrimSpace(string(said)))
	if err != nil {
		return err
	}
	if filepath.Ext(what) == ".wacz" {
		return judgeBundle(what, key)
	}
	return judgeLog(what, key, older)
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "ledger ARCHIVE VKEY [OLDER-CHECKPOINT]... or ledger FILE.wacz VKEY")
		os.Exit(2)
	}
	if err := judge(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
