//go:build graph_invalidate_static && !(cgo && linux)

package graphinvalidate

// Whoever sets the tag elsewhere reads this name in the compiler's error.
var _ = the_tag_graph_invalidate_static_needs_Linux_and_CGO_ENABLED_1_with_a_C_compiler
