tbreak 9
run
step
tbreak 09_in_the_debugger.cpp:19
continue
tape
print h
print y
tbreak 17
continue
print a
tbreak 21
continue
print y
rule map
continue
rule
tbreak 09_in_the_debugger.cpp:17
continue
print m
print a
print a - m
delete
tbreak 09_in_the_debugger.cpp:22
continue
adjoint w
adjoint y
tbreak 23
continue
tbreak 17
continue
print m
print a - m
tbreak 24
continue
tbreak 17
continue
print m
print a
