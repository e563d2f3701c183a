package io.muster.segment.publish;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Which segments are used by which, as conditions name them. */
public final class Uses {

    private final Map<Long, Set<Long>> users = new HashMap<>();

    /** A segment names these. */
    public void add(long user, Collection<Long> used) {
        for (long one : used) {
            users.computeIfAbsent(one, unused -> new HashSet<>()).add(user);
        }
    }

    /** Those given, and all that use one of them directly or by way of others. */
    public Set<Long> withUsers(Collection<Long> segments) {
        Set<Long> reached = new HashSet<>(segments);
        Deque<Long> open = new ArrayDeque<>(reached);
        Consumer<Long> reach = user -> {
            if (reached.add(user)) {
                open.add(user);
            }
        };
        while (!open.isEmpty()) {
            users.getOrDefault(open.remove(), Set.of()).forEach(reach);
        }

        return reached;
    }

    /** Those that use one of these directly. */
    public Set<Long> usersOf(Collection<Long> segments) {
        Set<Long> direct = new HashSet<>();
        segments.forEach(segment -> direct.addAll(users.getOrDefault(segment, Set.of())));
        return direct;
    }
}
