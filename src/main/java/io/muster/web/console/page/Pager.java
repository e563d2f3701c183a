package io.muster.web.console.page;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * The way on in a long list, which is read by its index and never counted.
 *
 * @param first the address of its beginning; null on the first page
 * @param next the address of the next page; null on the last one
 */
public record Pager(@Nullable String first, @Nullable String next) {

    /**
     * Of a list at a path.
     *
     * @param asked what the list was asked for, by name; what is blank is left out of addresses
     * @param after the cursor that this page was asked for with; blank on the first page
     * @param next the cursor of the next page; null on the last one
     */
    public static Pager of(String path, Map<String, String> asked, String after, @Nullable String next) {
        return new Pager(
                after.isBlank() ? null : address(path, asked, null), next == null ? null : address(path, asked, next));
    }

    private static String address(String path, Map<String, String> asked, @Nullable String after) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath(path);
        asked.forEach((name, value) -> {
            if (!value.isBlank()) {
                address.queryParam(name, "{" + name + "}");
            }
        });
        if (after == null) {
            return address.encode().buildAndExpand(asked).toUriString();
        }

        return address.queryParam("after", "{after}")
                .encode()
                .buildAndExpand(join(asked, after))
                .toUriString();
    }

    private static Map<String, String> join(Map<String, String> asked, String after) {
        Map<String, String> all = new HashMap<>(asked);
        all.put("after", after);
        return all;
    }
}
