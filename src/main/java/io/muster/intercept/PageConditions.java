package io.muster.intercept;

import io.muster.intercept.decide.PageTest;
import io.muster.intercept.decide.PageTest.Device;
import io.muster.intercept.decide.PageTest.UrlOperator;
import io.muster.intercept.decide.Tree;
import io.muster.intercept.decide.Tree.Join;
import io.muster.intercept.decide.TreeJson;
import io.muster.support.Refusal;
import io.muster.support.document.DocumentKind;
import io.muster.support.document.DocumentPath;
import io.muster.support.document.Documents;
import io.muster.support.document.Node;
import io.muster.support.document.Problem;
import io.muster.support.document.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads page conditions: groups of tests of the address and the device, as YAML or JSON. */
final class PageConditions {

    private static final int LONGEST = 100_000;
    private static final int DEEPEST = 50;

    private static final DocumentKind DOCUMENTS = new DocumentKind(
            "page conditions",
            "one condition",
            "docs/intercepts.md",
            new DocumentKind.Limits(
                    LONGEST,
                    "is longer than " + LONGEST + " characters, which no page condition needs",
                    2 * DEEPEST,
                    "is nested deeper than " + DEEPEST + " groups. No page condition needs that",
                    0));

    private final Problems problems = new Problems();

    private PageConditions() {}

    /** The canonical JSON of a page condition. */
    static String read(String text) {
        PageConditions reader = new PageConditions();
        Optional<Tree<PageTest>> tree =
                Documents.read(text, DOCUMENTS, reader.problems).flatMap(root -> reader.tree(root, DocumentPath.ROOT));
        if (tree.isEmpty() || !reader.problems.isEmpty()) {
            throw Refusal.invalid(
                    "INVALID_PAGE_CONDITION",
                    "Cannot use the page condition: "
                            + reader.problems.sorted().stream()
                                    .map(Problem::text)
                                    .collect(Collectors.joining("; "))
                            + " Write for example {url: {contains: /checkout}}.");
        }

        return TreeJson.ofPage(tree.get()).toString();
    }

    private Optional<Tree<PageTest>> tree(Node node, DocumentPath path) {
        if (!(node instanceof Node.Keys keys) || keys.entries().size() != 1) {
            return fault(node, path, "must be one of url, device, all, any or none, with what it is to be");
        }

        Map.Entry<String, Node.Entry> only =
                keys.entries().entrySet().iterator().next();
        Node value = only.getValue().value();
        DocumentPath at = path.key(only.getKey());
        return switch (only.getKey()) {
            case "url" -> url(value, at);
            case "device" -> device(value, at);
            case "all", "any", "none" -> group(Join.valueOf(only.getKey().toUpperCase(Locale.ROOT)), value, at);
            default -> fault(node, at, "is not known. Write url, device, all, any or none");
        };
    }

    private Optional<Tree<PageTest>> group(Join join, Node node, DocumentPath path) {
        if (!(node instanceof Node.Items items) || items.items().isEmpty()) {
            return fault(node, path, "must be a list with at least one condition");
        }

        List<Tree<PageTest>> parts = new ArrayList<>();
        for (int i = 0; i < items.items().size(); i++) {
            tree(items.items().get(i), path.index(i)).ifPresent(parts::add);
        }

        return Optional.of(new Tree.Group<>(join, parts));
    }

    private Optional<Tree<PageTest>> device(Node node, DocumentPath path) {
        for (Device device : Device.values()) {
            if (node instanceof Node.Scalar scalar && scalar.text().equals(device.word())) {
                return Optional.of(new Tree.Leaf<>(new PageTest.OnDevice(device)));
            }
        }

        return fault(node, path, "must be one of mobile, tablet, desktop");
    }

    private Optional<Tree<PageTest>> url(Node node, DocumentPath path) {
        if (node instanceof Node.Keys keys && keys.entries().size() == 1) {
            Map.Entry<String, Node.Entry> only =
                    keys.entries().entrySet().iterator().next();
            Optional<UrlOperator> operator = Arrays.stream(UrlOperator.values())
                    .filter(one -> one.word().equals(only.getKey()))
                    .findFirst();
            if (operator.isPresent() && only.getValue().value() instanceof Node.Scalar scalar && !scalar.isNull()) {
                return url(operator.get(), scalar, path);
            }
        }

        return fault(
                node,
                path,
                "must be one of "
                        + Arrays.stream(UrlOperator.values())
                                .map(UrlOperator::word)
                                .collect(Collectors.joining(", "))
                        + " with a text");
    }

    private Optional<Tree<PageTest>> url(UrlOperator operator, Node.Scalar value, DocumentPath path) {
        try {
            return Optional.of(new Tree.Leaf<>(new PageTest.Url(operator, value.text())));
        } catch (Refusal noExpression) {
            return fault(value, path.key(operator.word()), "is no regular expression in the syntax of RE2");
        }
    }

    private Optional<Tree<PageTest>> fault(Node node, DocumentPath path, String reason) {
        problems.add(node.place(), path, reason);
        return Optional.empty();
    }
}
