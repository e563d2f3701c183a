package io.muster.segment.condition;

import io.muster.segment.condition.Node.Entry;
import io.muster.segment.condition.Node.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds nodes from the events of a YAML or JSON parser, without recursion: depth costs memory, not stack. */
final class TreeBuilder {

    /** Groups are two levels each: a list within keys. */
    static final int MAX_DEPTH = 10_000;

    private final Problems problems;
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable Node root;

    TreeBuilder(Problems problems) {
        this.problems = problems;
    }

    /** The finished tree. */
    Optional<Node> root() {
        return Optional.ofNullable(root);
    }

    /** Where the next node will stand. */
    TreePath path() {
        Open top = open.peek();
        return top == null ? TreePath.ROOT : top.next();
    }

    void startList(Place place) {
        push(new OpenItems(place, path()));
    }

    void startKeys(Place place) {
        push(new OpenKeys(place, path()));
    }

    private void push(Open one) {
        if (open.size() >= MAX_DEPTH) {
            throw new TooDeepException(one.place());
        }

        open.push(one);
    }

    void end() {
        add(open.pop().finished());
    }

    void add(Node node) {
        Open top = open.peek();
        switch (top) {
            case null -> root = node;
            case OpenItems items -> items.items.add(node);
            case OpenKeys keys -> keys.add(node, problems);
        }
    }

    /** Whether the next node is a key. */
    boolean atKey() {
        return open.peek() instanceof OpenKeys keys && keys.key == null;
    }

    private sealed interface Open {

        Place place();

        TreePath next();

        Node finished();
    }

    private static final class OpenItems implements Open {

        private final Place place;
        private final TreePath path;
        private final List<Node> items = new ArrayList<>();

        OpenItems(Place place, TreePath path) {
            this.place = place;
            this.path = path;
        }

        @Override
        public Place place() {
            return place;
        }

        @Override
        public TreePath next() {
            return path.index(items.size());
        }

        @Override
        public Node finished() {
            return new Node.Items(place, items);
        }
    }

    private static final class OpenKeys implements Open {

        private final Place place;
        private final TreePath path;
        private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
        private @Nullable Node key;

        OpenKeys(Place place, TreePath path) {
            this.place = place;
            this.path = path;
        }

        @Override
        public Place place() {
            return place;
        }

        @Override
        public TreePath next() {
            return key instanceof Node.Scalar name ? path.key(name.text()) : path;
        }

        @Override
        public Node finished() {
            return new Node.Keys(place, entries);
        }

        void add(Node node, Problems problems) {
            Node name = key;
            if (name == null) {
                key = node;
                return;
            }

            key = null;
            if (!(name instanceof Node.Scalar scalar)) {
                problems.add(name.place(), path, "has a key that is no single word. Write KEY: VALUE");
                return;
            }

            Entry earlier = entries.putIfAbsent(scalar.text(), new Entry(scalar.place(), node));
            if (earlier != null) {
                problems.add(
                        scalar.place(),
                        path.key(scalar.text()),
                        "stands twice, first in line " + earlier.keyPlace().line() + ". Remove one of the two");
            }
        }
    }

    /** Ends the reading of a text that is nested too deeply. */
    static final class TooDeepException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Place place;

        TooDeepException(Place place) {
            super(null, null, false, false);
            this.place = place;
        }

        Place place() {
            return place;
        }
    }
}
