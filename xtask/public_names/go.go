// Lists what a Go package shows, one item a line: the word that a changelog would name, a tab, and the item.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

var lines = map[string]string{}

func main() {
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*.go"))
	if err != nil || len(files) == 0 {
		fail(fmt.Errorf("no files in %s: %v", os.Args[1], err))
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			fail(err)
		}
		for _, declaration := range file.Decls {
			declared(declaration)
		}
	}
	sorted := make([]string, 0, len(lines))
	for line, word := range lines {
		sorted = append(sorted, word+"\t"+line)
	}
	sort.Strings(sorted)
	fmt.Println(strings.Join(sorted, "\n"))
}

func declared(declaration ast.Decl) {
	switch declaration := declaration.(type) {
	case *ast.FuncDecl:
		owner := ""
		if declaration.Recv != nil {
			owner = text(declaration.Recv.List[0].Type)
			if !ast.IsExported(strings.TrimLeft(owner, "*")) {
				return
			}
			owner = "(" + owner + ") "
		}
		if declaration.Name.IsExported() {
			add(declaration.Name.Name, "func "+owner+declaration.Name.Name+signature(declaration.Type))
		}
	case *ast.GenDecl:
		for _, each := range declaration.Specs {
			specified(declaration.Tok.String(), each)
		}
	}
}

func specified(kind string, given ast.Spec) {
	switch given := given.(type) {
	case *ast.ValueSpec:
		for place, name := range given.Names {
			if !name.IsExported() {
				continue
			}
			more := ""
			if given.Type != nil {
				more = " " + text(given.Type)
			}
			if kind == "const" && place < len(given.Values) {
				more += " = " + text(given.Values[place])
			}
			add(name.Name, kind+" "+name.Name+more)
		}
	case *ast.TypeSpec:
		if given.Name.IsExported() {
			typed(given)
		}
	}
}

func typed(given *ast.TypeSpec) {
	name := "type " + given.Name.Name
	switch of := given.Type.(type) {
	case *ast.StructType:
		add(given.Name.Name, name+" struct")
		for _, field := range of.Fields.List {
			for _, each := range field.Names {
				if each.IsExported() {
					add(each.Name, name+" struct: "+each.Name+" "+text(field.Type))
				}
			}
			if len(field.Names) == 0 {
				add(given.Name.Name, name+" struct: "+text(field.Type))
			}
		}
	case *ast.InterfaceType:
		add(given.Name.Name, name+" interface")
		for _, method := range of.Methods.List {
			for _, each := range method.Names {
				// Those that are not exported say who may implement it.
				add(each.Name, name+" interface: "+each.Name+signature(method.Type.(*ast.FuncType)))
			}
			if len(method.Names) == 0 {
				add(given.Name.Name, name+" interface: "+text(method.Type))
			}
		}
	default:
		add(given.Name.Name, name+" "+text(given.Type))
	}
}

// signature is that of a function without the names of what it takes, which nobody relies on.
func signature(of *ast.FuncType) string {
	types := func(list *ast.FieldList) string {
		if list == nil {
			return ""
		}
		var found []string
		for _, field := range list.List {
			for range max(1, len(field.Names)) {
				found = append(found, text(field.Type))
			}
		}
		return strings.Join(found, ", ")
	}
	taken := "(" + types(of.Params) + ")"
	if results := types(of.Results); results != "" {
		return taken + " (" + results + ")"
	}
	return taken
}

func text(node ast.Node) string {
	var buffer bytes.Buffer
	if err := printer.Fprint(&buffer, token.NewFileSet(), node); err != nil {
		fail(err)
	}
	return strings.Join(strings.Fields(buffer.String()), " ")
}

func add(word, line string) { lines[line] = word }

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
