/**
 * Reads YAML or JSON that people write into nodes that know their line, and collects everything that is wrong at once.
 * {@link io.muster.support.document.Documents} is the way in; {@link io.muster.support.document.binding.RecordBinder} makes records
 * of the nodes and {@link io.muster.support.document.binding.RecordSchema} describes them to editors.
 *
 * <p>A kind of document names itself and its limits; a caller binds the nodes to records, or reads them itself,
 * and adds its own problems to those of the reader:
 *
 * {@snippet lang="java" :
 * static final DocumentKind PROJECT_FILES = new DocumentKind(
 *         "project files", "a project", "docs/projects.md",
 *         new DocumentKind.Limits(1 << 20, "is longer than 1 MiB. Check that it is the right file",
 *                 30, "is nested deeper than 30 levels. No project file needs that", 0));
 *
 * Problems problems = new Problems();
 * Optional<Node> root = Documents.read(text, PROJECT_FILES, problems);
 * if (root.isPresent() && root.get() instanceof Node.Keys keys) {
 *     Node.Entry name = keys.entries().get("name");
 *     if (name == null) {
 *         problems.add(keys.place(), DocumentPath.ROOT.key("name"), "is missing. Write the name of the project");
 *     } else if (!(name.value() instanceof Node.Scalar)) {
 *         problems.add(name.value().place(), DocumentPath.ROOT.key("name"), "must be a single value, not " + name.value().described());
 *     }
 * }
 *
 * problems.sorted().forEach(problem -> out.println(problem.text(file)));  // shop.yaml:3:7: name: must be a single …
 * }
 */
@NullMarked
package io.muster.support.document;

import org.jspecify.annotations.NullMarked;
