// The program of every exercise: EXERCISE is the name of its folder.

namespace exercises::EXERCISE {
int run(int count, char** arguments);
}

int main(int count, char** arguments) { return exercises::EXERCISE::run(count, arguments); }
