package io.muster.web.v3;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for: how many elements, after which position. A position is any short text that the list
 * understands, such as the number of the last contact; the caller sees a {@link SkipToken} of it.
 */
final class PageAsk {

    private static final String TOKEN = "skipToken";
    private static final String SIZE = "pageSize";

    private final HttpServletRequest request;
    private final SkipToken tokens;
    private final Links links;
    private final String list;
    private final int size;

    private PageAsk(HttpServletRequest request, SkipToken tokens, Links links, String list, int size) {
        this.request = request;
        this.tokens = tokens;
        this.links = links;
        this.list = list;
        this.size = size;
    }

    static PageAsk of(HttpServletRequest request, SkipToken tokens, Links links, int usual) {
        String asked = request.getParameter(SIZE);
        return new PageAsk(
                request, tokens, links, request.getRequestURI(), asked == null ? usual : size(asked.strip()));
    }

    private static int size(String text) {
        String digits = text.replaceFirst("^[+]?0*", "");
        if (!digits.matches("[0-9]+")) {
            throw V3Exception.bad(
                    "BAD_PAGE_SIZE", "Cannot use the page size: it is no number from 1 to 1000. Correct pageSize.");
        }

        return digits.length() > 4 ? PageSize.MOST : Math.min(PageSize.MOST, Integer.parseInt(digits));
    }

    /** The same list, but another one for another value of a thing that is not in its address, such as a filter. */
    PageAsk of(String thing) {
        return new PageAsk(request, tokens, links, list + "\n" + thing, size);
    }

    /** How many elements at most. */
    int size() {
        return size;
    }

    /** After which position; empty for the beginning. */
    Optional<String> position() {
        String token = request.getParameter(TOKEN);
        if (token == null || token.isBlank()) {
            return Optional.empty();
        }

        return Optional.of(tokens.read(list, token.strip())
                .orElseThrow(() -> V3Exception.bad(
                        "BAD_SKIP_TOKEN",
                        "Cannot use the skipToken: it is none of this list. Use the one of the page before, or begin"
                                + " without.")));
    }

    /** After which number; empty for the beginning. */
    Optional<Long> number() {
        return position().map(Long::valueOf);
    }

    /**
     * The page of these elements.
     *
     * @param next the position of the last of them; null when it is the last page
     */
    <T> V3Page<T> page(List<T> elements, @Nullable String next) {
        return new V3Page<>(elements, next == null ? null : link(next));
    }

    /**
     * The page of elements of which one more than asked for was read, if there are so many.
     *
     * @param position of an element
     */
    <T> V3Page<T> page(List<T> oneMore, Function<T, Object> position) {
        boolean more = oneMore.size() > size;
        List<T> elements = more ? oneMore.subList(0, size) : oneMore;
        return page(elements, more ? position.apply(elements.getLast()).toString() : null);
    }

    /** The same page with other elements. */
    static <T, R> V3Page<R> map(V3Page<T> page, Function<T, R> element) {
        return new V3Page<>(page.elements().stream().map(element).toList(), page.nextPage());
    }

    /** The token of a position. */
    String token(String position) {
        return tokens.of(list, position);
    }

    /** The address of the next page: the one of this page, with another token at its end. */
    private String link(String position) {
        List<String> parameters = new ArrayList<>();
        String query = request.getQueryString();
        if (query != null) {
            for (String parameter : query.split("&", -1)) {
                if (!parameter.isEmpty() && !name(parameter).equals(TOKEN)) {
                    parameters.add(parameter);
                }
            }
        }

        parameters.add(TOKEN + "=" + token(position));
        return links.to(request, request.getRequestURI() + "?" + String.join("&", parameters));
    }

    private static String name(String parameter) {
        String name = parameter.split("=", 2)[0];
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }
}
