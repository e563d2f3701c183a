package io.muster.web;

import io.muster.access.KnownTokens;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import io.muster.web.call.UnauthorizedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives controllers their {@link Caller}. */
final class CallerResolver implements HandlerMethodArgumentResolver {

    private static final String HEADER = "X-API-TOKEN";
    private static final String BEARER = "Bearer ";

    private final KnownTokens tokens;

    CallerResolver(KnownTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.nestedIfOptional().getNestedParameterType() == Caller.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Object recognised = request.getAttribute(Caller.ATTRIBUTE, RequestAttributes.SCOPE_REQUEST);
        if (recognised instanceof Caller caller) {
            return parameter.isOptional() ? Optional.of(caller) : allowed(parameter, caller);
        }

        Optional<String> text = text(request);
        if (parameter.isOptional()) {
            return text.flatMap(tokens::find).map(Caller::new);
        }

        Caller caller = new Caller(text.map(shown -> tokens.find(shown).orElseThrow(UnauthorizedException::wrong))
                .orElseThrow(UnauthorizedException::missing));
        return allowed(parameter, caller);
    }

    private static Caller allowed(MethodParameter parameter, Caller caller) {
        Needs needs = parameter.getParameterAnnotation(Needs.class);
        if (needs != null) {
            caller.require(needs.value());
        }

        return caller;
    }

    /** What was shown as a token. */
    private static Optional<String> text(NativeWebRequest request) {
        String token = request.getHeader(HEADER);
        String authorization = request.getHeader("Authorization");
        if (token == null
                && authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            token = authorization.substring(BEARER.length());
        }

        return Optional.ofNullable(token).map(String::strip);
    }
}
