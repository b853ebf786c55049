# Writes a C++ file that defines a function which returns a text file, for use as a script:
#   cmake -D INPUT=data/iris.csv -D OUTPUT=iris.cpp -D HEADER=... -D FUNCTION=wengert::...::iris_csv -P embed_text.cmake
# The text becomes raw string literals of at most 8,000 bytes, because compilers limit the length of one literal.

cmake_minimum_required(VERSION 3.22)

set(chunk_bytes 8000)

file(READ "${INPUT}" text)
string(FIND "${text}" ")text\"" delimiter)
if(NOT delimiter EQUAL -1)
  message(FATAL_ERROR "${INPUT} contains )text\", which ends the raw string literals that embed it")
endif()

string(LENGTH "${text}" length)
set(literals "")
set(begin 0)
while(begin LESS length)
  string(SUBSTRING "${text}" ${begin} ${chunk_bytes} chunk)
  string(APPEND literals "    R\"text(${chunk})text\",\n")
  math(EXPR begin "${begin} + ${chunk_bytes}")
endwhile()

file(WRITE "${OUTPUT}" "#include <${HEADER}>

namespace {

constexpr const char* chunks[] = {
${literals}};

}  // namespace

std::string ${FUNCTION}() {
  std::string text;
  for (const char* chunk : chunks) text += chunk;
  return text;
}
")
