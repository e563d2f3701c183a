package io.muster.web.v3;

import io.muster.web.call.Bodies;
import io.muster.web.call.BodyLimit;
import io.muster.web.call.TooLargeException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives controllers their {@link PageAsk} and their {@link V3Body}. */
final class V3Arguments implements HandlerMethodArgumentResolver {

    /** What bodies of the API may have. */
    private static final int USUAL_BODY = 1_024 * 1_024;

    private final SkipToken tokens;
    private final Links links;

    V3Arguments(SkipToken tokens, Links links) {
        this.tokens = tokens;
        this.links = links;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == PageAsk.class || parameter.getParameterType() == V3Body.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders)
            throws IOException {
        HttpServletRequest call = Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
        if (parameter.getParameterType() == PageAsk.class) {
            PageSize size = parameter.getParameterAnnotation(PageSize.class);
            return PageAsk.of(call, tokens, links, size == null ? PageSize.USUAL : size.value());
        }

        BodyLimit limit = parameter.getMethodAnnotation(BodyLimit.class);
        return V3Body.of(V3Json.object(json(call, limit == null ? USUAL_BODY : limit.value())));
    }

    /**
     * The bytes of a body that is JSON by its type, or has none.
     *
     * @throws TooLargeException when there are more
     */
    static byte[] json(HttpServletRequest call, int most) throws IOException {
        String type = call.getContentType();
        if (type != null && !isJson(type)) {
            throw new V3Exception(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "Cannot read the body: it is not JSON by its type. Send it as application/json.");
        }

        return Bodies.read(call.getInputStream(), call.getContentLengthLong(), most);
    }

    private static boolean isJson(String type) {
        try {
            MimeType sent = MimeTypeUtils.parseMimeType(type);
            return MediaType.APPLICATION_JSON.equalsTypeAndSubtype(sent)
                    || sent.getSubtype().endsWith("+json");
        } catch (InvalidMimeTypeException e) {
            return false;
        }
    }
}
