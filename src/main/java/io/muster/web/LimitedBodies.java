package io.muster.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/** Reads bodies as a whole and counts their bytes as they come, whatever their headers say. */
@ControllerAdvice
final class LimitedBodies extends RequestBodyAdviceAdapter {

    @Override
    public boolean supports(MethodParameter parameter, Type type, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type type,
            Class<? extends HttpMessageConverter<?>> converter)
            throws IOException {
        BodyLimit limit = parameter.getMethodAnnotation(BodyLimit.class);
        int most = limit == null ? BodyLimit.USUAL : limit.value();
        if (message.getHeaders().getContentLength() > most) {
            throw new TooLargeException(most);
        }

        byte[] body = message.getBody().readNBytes(most + 1);
        if (body.length > most) {
            throw new TooLargeException(most);
        }

        return new Whole(message.getHeaders(), body);
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Whole(HttpHeaders headers, byte[] bytes) implements HttpInputMessage {

        @Override
        public InputStream getBody() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }
}
