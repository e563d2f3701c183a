package io.muster.intercept;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;

/**
 * One setting that is not the same in two versions.
 *
 * @param key the setting
 * @param applied its value in force; null for none
 * @param draft its value once it is applied; null for none
 */
public record Difference(
        String key, @Nullable JsonNode applied, @Nullable JsonNode draft) {

    /** What differs, in the order of the settings; all that is set where nothing was in force. */
    public static List<Difference> of(@Nullable Object applied, Object draft) {
        JsonMapper json = JsonMapper.shared();
        JsonNode before = applied == null ? json.createObjectNode() : json.valueToTree(applied);
        JsonNode after = json.valueToTree(draft);
        Set<String> keys = new LinkedHashSet<>(after.propertyNames());
        keys.addAll(before.propertyNames());
        List<Difference> differences = new ArrayList<>();
        for (String key : keys) {
            JsonNode one = orNull(before.path(key));
            JsonNode other = orNull(after.path(key));
            if (!Objects.equals(one, other)) {
                differences.add(new Difference(key, one, other));
            }
        }

        return differences;
    }

    private static @Nullable JsonNode orNull(JsonNode value) {
        return value instanceof MissingNode || value instanceof NullNode ? null : value;
    }
}
