package io.muster.segment.condition;

import io.muster.support.document.DocumentPath;
import io.muster.support.document.Node;
import io.muster.support.document.Node.Entry;
import io.muster.support.document.Node.Items;
import io.muster.support.document.Node.Keys;
import io.muster.support.document.Problems;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads groups nested in groups without recursion; tests within them are read by the language they belong to. */
final class GroupReader<T> {

    /** The groups there are. */
    enum Kind {
        ALL("all"),
        ANY("any"),
        NONE("none");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }
    }

    /** What groups are made of. */
    interface Language<T> {

        /** The group that a node is, by its key; empty for a test. */
        Optional<Kind> group(Keys keys);

        T group(Kind kind, List<T> parts);

        /** The test; empty when it cannot be read, which is a problem then. */
        Optional<? extends T> test(Keys keys, DocumentPath path);
    }

    private record Task<T>(Node node, DocumentPath path, Slot<T> into) {}

    /** Where a finished part goes. */
    private record Slot<T>(@Nullable Open<T> group, int index) {}

    /** A group of which parts are missing. */
    private static final class Open<T> {

        private final Kind kind;
        private final Slot<T> into;
        private final List<@Nullable T> parts;
        private int missing;

        Open(Kind kind, int size, Slot<T> into) {
            this.kind = kind;
            this.into = into;
            this.parts = new ArrayList<>();
            this.missing = size;
            for (int i = 0; i < size; i++) {
                parts.add(null);
            }
        }
    }

    private final Problems problems;
    private final Language<T> language;
    private final Deque<Task<T>> tasks = new ArrayDeque<>();
    private @Nullable T root;

    GroupReader(Problems problems, Language<T> language) {
        this.problems = problems;
        this.language = language;
    }

    /** The condition that a tree says; empty when it cannot be read, which is a problem then. */
    Optional<T> read(Node node, DocumentPath path) {
        tasks.push(new Task<>(node, path, new Slot<>(null, 0)));
        while (!tasks.isEmpty()) {
            Task<T> task = tasks.pop();
            if (task.node instanceof Keys keys) {
                Optional<Kind> kind = language.group(keys);
                if (kind.isPresent()) {
                    open(kind.get(), keys, task);
                } else {
                    finish(language.test(keys, task.path).orElse(null), task.into);
                }
            } else {
                problems.add(
                        task.node.place(),
                        task.path,
                        "holds " + task.node.described()
                                + " but must be a condition such as {field: language, is: en}");
                finish(null, task.into);
            }
        }

        return Optional.ofNullable(root);
    }

    private void open(Kind kind, Keys keys, Task<T> task) {
        keys.entries().forEach((key, entry) -> {
            if (!key.equals(kind.key)) {
                problems.add(
                        entry.keyPlace(),
                        task.path.key(key),
                        "stands beside " + kind.key + ". A group has no other key; make it a part of the list");
            }
        });
        Entry entry = Objects.requireNonNull(keys.entries().get(kind.key));
        DocumentPath path = task.path.key(kind.key);
        if (!(entry.value() instanceof Items items)) {
            problems.add(
                    entry.value().place(),
                    path,
                    "holds " + entry.value().described() + " but must be a list of conditions");
            finish(null, task.into);
        } else if (items.items().isEmpty()) {
            problems.add(entry.value().place(), path, "is an empty group. Write at least one condition");
            finish(null, task.into);
        } else {
            Open<T> group = new Open<>(kind, items.items().size(), task.into);
            for (int i = 0; i < items.items().size(); i++) {
                tasks.push(new Task<>(items.items().get(i), path.index(i), new Slot<>(group, i)));
            }
        }
    }

    /** Puts a part into its group, and the group into its own when it is the last. */
    private void finish(@Nullable T part, Slot<T> into) {
        T done = part;
        Slot<T> slot = into;
        while (slot.group != null) {
            Open<T> group = slot.group;
            group.parts.set(slot.index, done);
            group.missing--;
            if (group.missing > 0) {
                return;
            }

            done = whole(group);
            slot = group.into;
        }

        root = done;
    }

    private @Nullable T whole(Open<T> group) {
        List<T> parts = new ArrayList<>();
        for (T part : group.parts) {
            if (part == null) {
                return null;
            }

            parts.add(part);
        }

        return language.group(group.kind, parts);
    }
}
