package io.muster.web;

import io.muster.web.call.Bodies;
import io.muster.web.call.BodyLimit;
import io.muster.web.call.TooLargeException;
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

/** Reads bodies as a whole, up to what their call allows. */
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
        long length = message.getHeaders().getContentLength();
        try {
            return new Whole(message.getHeaders(), Bodies.read(message.getBody(), length, most));
        } catch (TooLargeException e) {
            Bodies.drop(message.getBody(), length);
            throw e;
        }
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
