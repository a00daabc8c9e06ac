// A second pair of eyes on the log: signatures, hashes and proofs by Go's own checksum-database client
// (golang.org/x/mod/sumdb, BSD licence, taken from the Go distribution at test time) and Go's crypto/mldsa.
//
//	check VKEY...   then, a line each on standard input:   BASE <tab> EARLIER-CHECKPOINT-FILE or -
//
// It answers each with "ok SIZE TILES" or "no REASON". BASE is a folder or a http address.
package main

import (
	"bufio"
	"bytes"
	"crypto/mldsa"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type log struct {
	base string
	seen map[string][]byte
}

func (l *log) read(path string) ([]byte, error) {
	address, web := strings.CutPrefix(l.base, "http://")
	if !web {
		return os.ReadFile(filepath.Join(l.base, path))
	}
	host, prefix, _ := strings.Cut(address, "/")
	line, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	defer line.Close()
	fmt.Fprintf(line, "GET /%s/%s HTTP/1.0\r\nHost: %s\r\n\r\n", prefix, path, host)
	answer, err := io.ReadAll(line)
	if err != nil {
		return nil, err
	}
	head, body, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	if fields := bytes.Fields(head); len(fields) < 2 || string(fields[1]) != "200" {
		return nil, fmt.Errorf("%s: %.40s", path, head)
	}
	return body, nil
}

func (l *log) Height() int { return height }

func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		// Go's path names the height as well: tile/8/0/001, where C2SP has tile/0/001.
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		if l.seen[path] == nil {
			content, err := l.read(path)
			if err != nil {
				return nil, err
			}
			l.seen[path] = content
		}
		found = append(found, l.seen[path])
	}
	return found, nil
}

// cosigner verifies c2sp.org/tlog-cosignature, type 0x06.
type cosigner struct {
	name string
	hash uint32
	key  *mldsa.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(text, signature []byte) bool {
	tree, origin, err := parse(string(text))
	if err != nil || len(signature) < 8 {
		return false
	}
	message := []byte("subtree/v1\n\x00")
	message = append(append(message, byte(len(c.name))), c.name...)
	message = append(message, signature[:8]...)
	message = append(append(message, byte(len(origin))), origin...)
	message = binary.BigEndian.AppendUint64(message, 0)
	message = binary.BigEndian.AppendUint64(message, uint64(tree.N))
	message = append(message, tree.Hash[:]...)
	return mldsa.Verify(c.key, message, signature[8:], &mldsa.Options{}) == nil
}

func verifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("not a vkey")
	}
	blob, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(blob) == 0 || blob[0] != 6 {
		return note.NewVerifier(vkey)
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := mldsa.NewPublicKey(mldsa.MLDSA44(), blob[1:])
	return &cosigner{parts[0], uint32(hash), key}, err
}

func parse(text string) (tree tlog.Tree, origin string, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return tree, "", fmt.Errorf("short checkpoint")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, "", err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, lines[0], err
}

func open(text []byte, keys []note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(text, note.VerifierList(keys...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != len(keys) {
		return tlog.Tree{}, fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(keys))
	}
	tree, origin, err := parse(opened.Text)
	if err == nil && origin != keys[0].Name() {
		err = fmt.Errorf("another log")
	}
	return tree, err
}

func check(base, earlier string, keys []note.Verifier) (string, error) {
	l := &log{base, map[string][]byte{}}
	text, err := l.read("checkpoint")
	if err != nil {
		return "", err
	}
	tree, err := open(text, keys)
	if err != nil {
		return "", err
	}
	hashes := tlog.TileHashReader(tree, l)
	if err := entries(l, tree, hashes); err != nil {
		return "", err
	}
	if err := inclusion(tree, hashes); err != nil {
		return "", err
	}
	if earlier != "-" {
		if err := consistency(earlier, tree, hashes, keys); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("ok %d %d", tree.N, len(l.seen)), nil
}

// entries hashes every entry of every bundle and compares with the authenticated tiles.
func entries(l *log, tree tlog.Tree, hashes tlog.HashReader) error {
	for first := int64(0); first < tree.N; first += 1 << height {
		width := min(tree.N-first, 1<<height)
		tile := tlog.Tile{H: height, L: 0, N: first >> height, W: int(width)}
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
		content, err := l.read(path)
		if err != nil {
			return err
		}
		var indexes []int64
		for at := first; at < first+width; at++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, at))
		}
		expected, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for at, hash := range expected {
			if len(content) < 2 || len(content) < 2+int(binary.BigEndian.Uint16(content)) {
				return fmt.Errorf("%s ends early", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(content))
			if tlog.RecordHash(content[2:end]) != hash {
				return fmt.Errorf("entry %d differs", first+int64(at))
			}
			content = content[end:]
		}
		if len(content) != 0 {
			return fmt.Errorf("%s is too long", path)
		}
	}
	return nil
}

// inclusion recomputes a few proofs from the tiles.
func inclusion(tree tlog.Tree, hashes tlog.HashReader) error {
	for part := int64(0); part < 7 && tree.N > 0; part++ {
		at := (tree.N - 1) * part / 6
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, at)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, at, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, at, leaf[0]); err != nil {
			return err
		}
	}
	return nil
}

func consistency(file string, tree tlog.Tree, hashes tlog.HashReader, keys []note.Verifier) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := open(text, keys)
	if err != nil {
		return err
	}
	if old.N > tree.N {
		return fmt.Errorf("the log went back from %d to %d", old.N, tree.N)
	}
	if old.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

func main() {
	var keys []note.Verifier
	for _, vkey := range os.Args[1:] {
		key, err := verifier(vkey)
		if err != nil {
			fmt.Println("no", err)
			os.Exit(1)
		}
		keys = append(keys, key)
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		base, earlier, _ := strings.Cut(lines.Text(), "\t")
		if answer, err := check(base, earlier, keys); err != nil {
			fmt.Println("no", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println(answer)
		}
	}
}
